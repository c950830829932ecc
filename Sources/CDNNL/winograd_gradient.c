#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "winograd.h"
#include "winograd_tiles.h"

// Y = A^T [(G w G^T) * (B^T x B)] A has the adjoint dw = G^T [(B^T x B) * (A dY A^T)] G with respect to the weights,
// where * is the product point by point, summed over the tiles.

struct cdnnl_winograd_gradient {
    cdnnl_convolution shape;
    int32_t block;
    /// Tiles per chunk.
    size_t chunk;
};

cdnnl_winograd_gradient *cdnnl_winograd_gradient_create(const cdnnl_convolution *shape, int32_t block) {
    cdnnl_winograd_gradient *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    made->shape = *shape;
    made->block = block;
    made->chunk = tiles_in_chunk((size_t)shape->input_channels + (size_t)shape->output_channels);
    return made;
}

void cdnnl_winograd_gradient_destroy(cdnnl_winograd_gradient *gradient) { free(gradient); }

size_t cdnnl_winograd_gradient_scratch_size(const cdnnl_winograd_gradient *gradient) {
    size_t inputs = (size_t)gradient->shape.input_channels, outputs = (size_t)gradient->shape.output_channels;
    return POINTS * (gradient->chunk * (inputs + outputs) + inputs * outputs) * sizeof(float);
}

// MARK: - Tiles to points

CDNNL_MULTIVERSION
static void gather_inputs(
    const cdnnl_winograd_gradient *gradient, const float *input, size_t first, size_t count, float *points) {
    const cdnnl_convolution *shape = &gradient->shape;
    size_t channels = (size_t)shape->input_channels, block = (size_t)gradient->block;
    size_t plane = (size_t)shape->input_height * (size_t)shape->input_width;
    for (size_t tile = 0; tile < count; tile++) {
        tile_place at = place(shape, first + tile);
        for (size_t channel = 0; channel < channels; channel += LANES) {
            const float *read = input + lanes_offset(at.image, channel, channels, plane, block);
            gather_tile(shape, block, read, at, points + tile * channels + channel, gradient->chunk * channels);
        }
    }
}

/// A y: four outputs to six points.
INLINE void transform_gradient(const lanes_f y[OUTPUTS], lanes_f *result, size_t stride) {
    lanes_f even = y[0] + y[2], odd = y[1] + y[3];
    lanes_f even_far = y[0] + 4 * y[2], odd_far = 2 * y[1] + 8 * y[3];
    result[0 * stride] = y[0];
    result[1 * stride] = even + odd;
    result[2 * stride] = even - odd;
    result[3 * stride] = even_far + odd_far;
    result[4 * stride] = even_far - odd_far;
    result[5 * stride] = y[3];
}

/// Eight channels of one tile's output gradient, at `points` + point * `step`; and their sum, added to `sum`.
INLINE void gather_gradient_tile(
    const cdnnl_convolution *shape, size_t block, const float *plane, tile_place at, float *points, size_t step,
    lanes_f *sum) {
    int32_t height = shape->output_height, width = shape->output_width;
    lanes_f columns[INPUTS][OUTPUTS], total = {0};
    for (int x = 0; x < OUTPUTS; x++) {
        lanes_f y[OUTPUTS];
        for (int i = 0; i < OUTPUTS; i++) {
            int32_t row = at.row + i, column = at.column + x;
            if (row < height && column < width) {
                y[i] = *(const lanes_f *)(plane + ((size_t)row * (size_t)width + (size_t)column) * block);
            } else {
                y[i] = (lanes_f){0};
            }
        }
        total += (y[0] + y[1]) + (y[2] + y[3]);
        transform_gradient(y, &columns[0][x], OUTPUTS);
    }
    *sum += total;
    for (int y = 0; y < INPUTS; y++) {
        lanes_f row[INPUTS];
        transform_gradient(columns[y], row, 1);
        for (int x = 0; x < INPUTS; x++) *(lanes_f *)(points + (size_t)(y * INPUTS + x) * step) = row[x];
    }
}

CDNNL_MULTIVERSION
static void gather_gradients(
    const cdnnl_winograd_gradient *gradient, const float *output_gradient, size_t first, size_t count, float *points,
    float *bias) {
    const cdnnl_convolution *shape = &gradient->shape;
    size_t channels = (size_t)shape->output_channels, block = (size_t)gradient->block;
    size_t plane = (size_t)shape->output_height * (size_t)shape->output_width;
    for (size_t channel = 0; channel < channels; channel += LANES) {
        lanes_f sum = {0};
        for (size_t tile = 0; tile < count; tile++) {
            tile_place at = place(shape, first + tile);
            const float *read = output_gradient + lanes_offset(at.image, channel, channels, plane, block);
            gather_gradient_tile(
                shape, block, read, at, points + tile * channels + channel, gradient->chunk * channels, &sum);
        }
        for (size_t lane = 0; lane < LANES; lane++) bias[channel + lane] += sum[lane];
    }
}

// MARK: - Products

/// Adds left^T right, over `count` tiles, to `rows` x 8 `vectors` sums.
INLINE void accumulate(
    int rows, int vectors, const float *left, const float *right, float *sums_out, size_t count, size_t inputs,
    size_t outputs) {
    lanes_f sums[ROWS][2];
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < vectors; i++) {
            sums[row][i] = *(const lanes_f *)(sums_out + (size_t)row * outputs + i * LANES);
        }
    }
    for (size_t tile = 0; tile < count; tile++) {
        lanes_f gradients[2];
        for (int i = 0; i < vectors; i++) gradients[i] = *(const lanes_f *)(right + tile * outputs + i * LANES);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < vectors; i++) sums[row][i] += left[tile * inputs + (size_t)row] * gradients[i];
        }
    }
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < vectors; i++) *(lanes_f *)(sums_out + (size_t)row * outputs + i * LANES) = sums[row][i];
    }
}

/// Channels are multiples of eight, so four and two rows complete what six leave.
INLINE void accumulate_rows(
    int vectors, const float *left, const float *right, float *sums, size_t count, size_t inputs, size_t outputs) {
    size_t row = 0;
    for (; row + ROWS <= inputs; row += ROWS) {
        accumulate(ROWS, vectors, left + row, right, sums + row * outputs, count, inputs, outputs);
    }
    for (; row + 4 <= inputs; row += 4) {
        accumulate(4, vectors, left + row, right, sums + row * outputs, count, inputs, outputs);
    }
    for (; row < inputs; row += 2) {
        accumulate(2, vectors, left + row, right, sums + row * outputs, count, inputs, outputs);
    }
}

CDNNL_MULTIVERSION
static void multiply(
    const cdnnl_winograd_gradient *gradient, const float *input_points, const float *gradient_points, size_t count,
    float *sums) {
    size_t inputs = (size_t)gradient->shape.input_channels, outputs = (size_t)gradient->shape.output_channels;
    for (size_t point = 0; point < POINTS; point++) {
        const float *left = input_points + point * gradient->chunk * inputs;
        const float *right = gradient_points + point * gradient->chunk * outputs;
        float *sum = sums + point * inputs * outputs;
        size_t output = 0;
        for (; output + 2 * LANES <= outputs; output += 2 * LANES) {
            accumulate_rows(2, left, right + output, sum + output, count, inputs, outputs);
        }
        if (output < outputs) accumulate_rows(1, left, right + output, sum + output, count, inputs, outputs);
    }
}

// MARK: - Points to weights

/// G^T m: six points to three weights.
INLINE void transform_weights(const lanes_f m[INPUTS], lanes_f *result) {
    lanes_f even = (m[1] + m[2]) * (1.0f / 6), far = m[3] + m[4];
    result[0] = m[0] * 0.25f - even + far * (1.0f / 24);
    result[1] = (m[3] - m[4]) * (1.0f / 12) - (m[1] - m[2]) * (1.0f / 6);
    result[2] = far * (1.0f / 6) - even + m[5];
}

CDNNL_MULTIVERSION
static void conclude(const cdnnl_winograd_gradient *gradient, const float *sums, float *weights) {
    size_t inputs = (size_t)gradient->shape.input_channels, outputs = (size_t)gradient->shape.output_channels;
    for (size_t output = 0; output < outputs; output += LANES) {
        for (size_t input = 0; input < inputs; input++) {
            const float *read = sums + input * outputs + output;
            lanes_f columns[3][INPUTS], kernel[9];
            for (size_t x = 0; x < INPUTS; x++) {
                lanes_f m[INPUTS], result[3];
                for (size_t y = 0; y < INPUTS; y++) {
                    m[y] = *(const lanes_f *)(read + (y * INPUTS + x) * inputs * outputs);
                }
                transform_weights(m, result);
                for (int i = 0; i < 3; i++) columns[i][x] = result[i];
            }
            for (int row = 0; row < 3; row++) transform_weights(columns[row], kernel + row * 3);
            float *write = weights + (output * inputs + input) * 9;
            for (size_t lane = 0; lane < LANES; lane++) {
                for (size_t i = 0; i < 9; i++) write[lane * inputs * 9 + i] = kernel[i][lane];
            }
        }
    }
}

void cdnnl_winograd_gradient_run(
    const cdnnl_winograd_gradient *gradient, const float *input, const float *output_gradient, float *weights,
    float *bias, void *scratch) {
    const cdnnl_convolution *shape = &gradient->shape;
    size_t inputs = (size_t)shape->input_channels, outputs = (size_t)shape->output_channels;
    size_t tiles = (size_t)shape->images * (size_t)tiles_over(shape->output_height)
        * (size_t)tiles_over(shape->output_width);
    float *input_points = scratch;
    float *gradient_points = input_points + POINTS * gradient->chunk * inputs;
    float *sums = gradient_points + POINTS * gradient->chunk * outputs;
    memset(sums, 0, POINTS * inputs * outputs * sizeof(float));
    memset(bias, 0, outputs * sizeof(float));
    for (size_t first = 0; first < tiles; first += gradient->chunk) {
        size_t count = tiles - first < gradient->chunk ? tiles - first : gradient->chunk;
        gather_inputs(gradient, input, first, count, input_points);
        gather_gradients(gradient, output_gradient, first, count, gradient_points, bias);
        multiply(gradient, input_points, gradient_points, count, sums);
    }
    conclude(gradient, sums, weights);
}
