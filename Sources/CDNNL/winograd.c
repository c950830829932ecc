#include "winograd.h"

#include <stdlib.h>
#include <string.h>

#include "kernels.h"

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

struct cdnnl_winograd {
    cdnnl_convolution shape;
    cdnnl_epilogue epilogue;
    int32_t block;
    int32_t tiles_high, tiles_wide;
    /// Tiles per chunk.
    size_t chunk;
    /// Points x groups of 16 outputs x inputs x 16, transformed; a last group of 8 is half as wide.
    float *weights;
    float *bias;
};

// MARK: - Making

int cdnnl_winograd_fits(const cdnnl_convolution *shape, cdnnl_epilogue epilogue, int32_t block) {
    const cdnnl_window *window = &shape->window;
    int dense = window->kernel_height == 3 && window->kernel_width == 3 && window->stride_height == 1
        && window->stride_width == 1 && window->dilation_height == 1 && window->dilation_width == 1
        && shape->groups == 1;
    int whole = block % LANES == 0 && shape->input_channels % block == 0 && shape->output_channels % block == 0;
    int simple = epilogue.function == CDNNL_FUNCTION_NONE
        || (epilogue.function == CDNNL_FUNCTION_RELU && epilogue.alpha == 0);
    if (!dense || !whole || !simple) return 0;
    // Tiles that hang over the edge are work for nothing.
    int32_t high = (shape->output_height + OUTPUTS - 1) / OUTPUTS, wide = (shape->output_width + OUTPUTS - 1) / OUTPUTS;
    if (2 * high * wide * OUTPUTS * OUTPUTS > 3 * shape->output_height * shape->output_width) return 0;
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}

/// One row of G w for three weights.
static void transform_weights(const double w[3], double result[INPUTS]) {
    result[0] = w[0] / 4;
    result[1] = -(w[0] + w[1] + w[2]) / 6;
    result[2] = -(w[0] - w[1] + w[2]) / 6;
    result[3] = w[0] / 24 + w[1] / 12 + w[2] / 6;
    result[4] = w[0] / 24 - w[1] / 12 + w[2] / 6;
    result[5] = w[2];
}

/// Where the weight of a pair of channels stands among those of one point.
static size_t weight_offset(const cdnnl_convolution *shape, size_t output, size_t input) {
    size_t inputs = (size_t)shape->input_channels, group = output / (2 * LANES);
    size_t width = (size_t)shape->output_channels - group * 2 * LANES >= 2 * LANES ? 2 * LANES : LANES;
    return group * 2 * LANES * inputs + input * width + output % (2 * LANES);
}

static void load_weights(cdnnl_winograd *winograd, const float *weights) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t inputs = (size_t)shape->input_channels, outputs = (size_t)shape->output_channels;
    for (size_t output = 0; output < outputs; output++) {
        for (size_t input = 0; input < inputs; input++) {
            const float *kernel = weights + (output * inputs + input) * 9;
            double rows[3][INPUTS], column[3], result[INPUTS];
            for (int row = 0; row < 3; row++) {
                for (int i = 0; i < 3; i++) column[i] = kernel[row * 3 + i];
                transform_weights(column, rows[row]);
            }
            for (int x = 0; x < INPUTS; x++) {
                for (int i = 0; i < 3; i++) column[i] = rows[i][x];
                transform_weights(column, result);
                for (int y = 0; y < INPUTS; y++) {
                    size_t point = (size_t)(y * INPUTS + x);
                    winograd->weights[point * inputs * outputs + weight_offset(shape, output, input)] =
                        (float)result[y];
                }
            }
        }
    }
}

cdnnl_winograd *cdnnl_winograd_create(
    const cdnnl_convolution *shape, const float *weights, const float *bias, cdnnl_epilogue epilogue, int32_t block) {
    cdnnl_winograd *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    size_t inputs = (size_t)shape->input_channels, outputs = (size_t)shape->output_channels;
    made->shape = *shape;
    made->epilogue = epilogue;
    made->block = block;
    made->tiles_high = (shape->output_height + OUTPUTS - 1) / OUTPUTS;
    made->tiles_wide = (shape->output_width + OUTPUTS - 1) / OUTPUTS;
    size_t chunk = WORKING_FLOATS / (POINTS * (inputs + outputs)) / ROWS * ROWS;
    made->chunk = chunk < 4 * ROWS ? 4 * ROWS : chunk;
    made->weights = cdnnl_allocate(POINTS * inputs * outputs * sizeof(float));
    made->bias = cdnnl_allocate(outputs * sizeof(float));
    if (!made->weights || !made->bias) {
        cdnnl_winograd_destroy(made);
        return NULL;
    }
    memcpy(made->bias, bias, outputs * sizeof(float));
    load_weights(made, weights);
    return made;
}

void cdnnl_winograd_destroy(cdnnl_winograd *winograd) {
    if (!winograd) return;
    cdnnl_free(winograd->weights);
    cdnnl_free(winograd->bias);
    free(winograd);
}

size_t cdnnl_winograd_scratch_size(const cdnnl_winograd *winograd) {
    size_t channels = (size_t)winograd->shape.input_channels + (size_t)winograd->shape.output_channels;
    return POINTS * winograd->chunk * channels * sizeof(float);
}

// MARK: - Running

/// Where a tile stands.
typedef struct {
    size_t image;
    /// Of its first output.
    int32_t row, column;
} tile_place;

static inline tile_place place(const cdnnl_winograd *winograd, size_t tile) {
    size_t wide = (size_t)winograd->tiles_wide, per_image = (size_t)winograd->tiles_high * wide;
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

/// A^T m: six points to four outputs.
INLINE void transform_output(const lanes_f m[INPUTS], lanes_f *result, size_t stride) {
    lanes_f even = m[1] + m[2], odd = m[1] - m[2];
    lanes_f even_far = m[3] + m[4], odd_far = m[3] - m[4];
    result[0 * stride] = m[0] + even + even_far;
    result[1 * stride] = odd + 2 * odd_far;
    result[2 * stride] = even + 4 * even_far;
    result[3 * stride] = odd + 8 * odd_far + m[5];
}

/// Eight channels of one tile's input, at `points` + point * `step`.
INLINE void gather_tile(
    const cdnnl_winograd *winograd, const float *plane, tile_place at, float *points, size_t step) {
    const cdnnl_convolution *shape = &winograd->shape;
    int32_t height = shape->input_height, width = shape->input_width;
    int32_t top = at.row - shape->window.top, left = at.column - shape->window.left;
    size_t block = (size_t)winograd->block;
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

CDNNL_MULTIVERSION
static void gather(const cdnnl_winograd *winograd, const float *input, size_t first, size_t count, float *points) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t channels = (size_t)shape->input_channels, block = (size_t)winograd->block;
    size_t plane = (size_t)shape->input_height * (size_t)shape->input_width;
    for (size_t tile = 0; tile < count; tile++) {
        tile_place at = place(winograd, first + tile);
        for (size_t channel = 0; channel < channels; channel += LANES) {
            const float *read = input + at.image * channels * plane + channel / block * block * plane + channel % block;
            gather_tile(winograd, read, at, points + tile * channels + channel, winograd->chunk * channels);
        }
    }
}

/// `rows` x inputs times inputs x (8 `vectors`).
INLINE void product(
    int rows, int vectors, const float *left, const float *right, float *result, size_t inputs, size_t stride) {
    lanes_f sums[ROWS][2];
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < vectors; i++) sums[row][i] = (lanes_f){0};
    }
    for (size_t k = 0; k < inputs; k++) {
        lanes_f weights[2];
        for (int i = 0; i < vectors; i++) {
            weights[i] = *(const lanes_f *)(right + (k * (size_t)vectors + (size_t)i) * LANES);
        }
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < vectors; i++) sums[row][i] += left[(size_t)row * inputs + k] * weights[i];
        }
    }
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < vectors; i++) *(lanes_f *)(result + (size_t)row * stride + i * LANES) = sums[row][i];
    }
}

INLINE void products(
    int vectors, const float *left, const float *right, float *result, size_t count, size_t inputs, size_t stride) {
    size_t row = 0;
    for (; row + ROWS <= count; row += ROWS) {
        product(ROWS, vectors, left + row * inputs, right, result + row * stride, inputs, stride);
    }
    for (; row + 2 <= count; row += 2) {
        product(2, vectors, left + row * inputs, right, result + row * stride, inputs, stride);
    }
    for (; row < count; row++) {
        product(1, vectors, left + row * inputs, right, result + row * stride, inputs, stride);
    }
}

CDNNL_MULTIVERSION
static void multiply(const cdnnl_winograd *winograd, const float *points, size_t count, float *products_out) {
    size_t inputs = (size_t)winograd->shape.input_channels, outputs = (size_t)winograd->shape.output_channels;
    for (size_t point = 0; point < POINTS; point++) {
        const float *left = points + point * winograd->chunk * inputs;
        const float *right = winograd->weights + point * inputs * outputs;
        float *result = products_out + point * winograd->chunk * outputs;
        size_t output = 0;
        for (; output + 2 * LANES <= outputs; output += 2 * LANES) {
            products(2, left, right + output * inputs, result + output, count, inputs, outputs);
        }
        if (output < outputs) products(1, left, right + output * inputs, result + output, count, inputs, outputs);
    }
}

/// Eight channels of one tile's output, from `points` + point * `step`.
INLINE void scatter_tile(
    const cdnnl_winograd *winograd, const float *points, size_t step, const lanes_f *bias, tile_place at,
    float *plane) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t block = (size_t)winograd->block;
    int adds = winograd->epilogue.accumulate != 0, clips = winograd->epilogue.function == CDNNL_FUNCTION_RELU;
    lanes_f columns[OUTPUTS][INPUTS];
    for (int x = 0; x < INPUTS; x++) {
        lanes_f m[INPUTS];
        for (int y = 0; y < INPUTS; y++) m[y] = *(const lanes_f *)(points + (size_t)(y * INPUTS + x) * step);
        transform_output(m, &columns[0][x], INPUTS);
    }
    for (int y = 0; y < OUTPUTS && at.row + y < shape->output_height; y++) {
        lanes_f row[OUTPUTS];
        transform_output(columns[y], row, 1);
        float *write =
            plane + ((size_t)(at.row + y) * (size_t)shape->output_width + (size_t)at.column) * block;
        for (int x = 0; x < OUTPUTS && at.column + x < shape->output_width; x++) {
            lanes_f *target = (lanes_f *)(write + (size_t)x * block);
            lanes_f value = row[x] + *bias;
            if (adds) value += *target;
            // NaN stays, so that it is found later.
            if (clips) value = (lanes_f)((lanes_i)value & ~(value <= 0));
            *target = value;
        }
    }
}

CDNNL_MULTIVERSION
static void scatter(const cdnnl_winograd *winograd, const float *points, size_t first, size_t count, float *output) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t channels = (size_t)shape->output_channels, block = (size_t)winograd->block;
    size_t plane = (size_t)shape->output_height * (size_t)shape->output_width;
    for (size_t tile = 0; tile < count; tile++) {
        tile_place at = place(winograd, first + tile);
        for (size_t channel = 0; channel < channels; channel += LANES) {
            float *write = output + at.image * channels * plane + channel / block * block * plane + channel % block;
            scatter_tile(
                winograd, points + tile * channels + channel, winograd->chunk * channels,
                (const lanes_f *)(winograd->bias + channel), at, write);
        }
    }
}

void cdnnl_winograd_run(const cdnnl_winograd *winograd, const float *input, float *output, void *scratch) {
    size_t tiles =
        (size_t)winograd->shape.images * (size_t)winograd->tiles_high * (size_t)winograd->tiles_wide;
    float *points = scratch;
    float *products_out = points + POINTS * winograd->chunk * (size_t)winograd->shape.input_channels;
    for (size_t first = 0; first < tiles; first += winograd->chunk) {
        size_t count = tiles - first < winograd->chunk ? tiles - first : winograd->chunk;
        gather(winograd, input, first, count, points);
        multiply(winograd, points, count, products_out);
        scatter(winograd, products_out, first, count, output);
    }
}
