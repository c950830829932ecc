// What the convolutions by Winograd's method share: tiles, where they stand, and how they become points.

#ifndef CDNNL_WINOGRAD_TILES_H
#define CDNNL_WINOGRAD_TILES_H

#include "CDNNL.h"

enum {
    LANES = 8,
    /// Outputs and inputs along each axis of a tile.
    OUTPUTS = 4,
    INPUTS = 6,
    /// Points at which a tile is multiplied.
    POINTS = INPUTS * INPUTS,
    /// Rows of the innermost product: with two vectors of outputs each, their sums fill 12 of 16 registers.
    ROWS = 6,
    /// Points and products of the tiles that go through together: 256 KiB, half of a second-level cache.
    WORKING_FLOATS = 1 << 16,
};

typedef float lanes_f __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t lanes_i __attribute__((vector_size(LANES * sizeof(int32_t))));

/// Where a tile stands.
typedef struct {
    size_t image;
    /// Of its first output.
    int32_t row, column;
} tile_place;

/// Tiles that cover `count` outputs along one axis.
static inline int32_t tiles_over(int32_t count) { return (count + OUTPUTS - 1) / OUTPUTS; }

static inline tile_place place(const cdnnl_convolution *shape, size_t tile) {
    size_t wide = (size_t)tiles_over(shape->output_width);
    size_t per_image = (size_t)tiles_over(shape->output_height) * wide;
    size_t within = tile % per_image;
    return (tile_place){
        tile / per_image, (int32_t)(within / wide) * OUTPUTS, (int32_t)(within % wide) * OUTPUTS};
}

// Vectors go through pointers: their calling convention depends on the instruction set, even where all is inlined.
#define INLINE __attribute__((always_inline)) static inline

/// B^T d: six inputs to six points.
INLINE void transform_input(const lanes_f d[INPUTS], lanes_f *result, size_t stride) {
    lanes_f even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
    lanes_f even_far = d[4] - d[2], odd_far = 2 * (d[3] - d[1]);
    result[0 * stride] = 4 * d[0] - 5 * d[2] + d[4];
    result[1 * stride] = even + odd;
    result[2 * stride] = even - odd;
    result[3 * stride] = even_far + odd_far;
    result[4 * stride] = even_far - odd_far;
    result[5 * stride] = 4 * d[1] - 5 * d[3] + d[5];
}

/// Eight channels of one tile's input, at `points` + point * `step`.
INLINE void gather_tile(
    const cdnnl_convolution *shape, size_t block, const float *plane, tile_place at, float *points, size_t step) {
    int32_t height = shape->input_height, width = shape->input_width;
    int32_t top = at.row - shape->window.top, left = at.column - shape->window.left;
    lanes_f columns[INPUTS][INPUTS];
    int inside = top >= 0 && left >= 0 && top + INPUTS <= height && left + INPUTS <= width;
    for (int x = 0; x < INPUTS; x++) {
        lanes_f d[INPUTS];
        if (inside) {
            const float *read = plane + ((size_t)top * (size_t)width + (size_t)(left + x)) * block;
            for (int y = 0; y < INPUTS; y++) d[y] = *(const lanes_f *)(read + (size_t)y * (size_t)width * block);
        } else {
            int32_t column = left + x;
            for (int y = 0; y < INPUTS; y++) {
                int32_t row = top + y;
                if (row >= 0 && row < height && column >= 0 && column < width) {
                    d[y] = *(const lanes_f *)(plane + ((size_t)row * (size_t)width + (size_t)column) * block);
                } else {
                    d[y] = (lanes_f){0};
                }
            }
        }
        transform_input(d, &columns[0][x], INPUTS);
    }
    for (int y = 0; y < INPUTS; y++) {
        lanes_f row[INPUTS];
        transform_input(columns[y], row, 1);
        for (int x = 0; x < INPUTS; x++) *(lanes_f *)(points + (size_t)(y * INPUTS + x) * step) = row[x];
    }
}

/// Tiles that go through together, for so many channels on both sides.
static inline size_t tiles_in_chunk(size_t channels) {
    size_t chunk = WORKING_FLOATS / (POINTS * channels) / ROWS * ROWS;
    return chunk < 4 * ROWS ? 4 * ROWS : chunk;
}

/// Where the first of eight channels of a tile's image stands.
static inline size_t lanes_offset(size_t image, size_t channel, size_t channels, size_t plane, size_t block) {
    return image * channels * plane + channel / block * block * plane + channel % block;
}

#endif
