#include "winograd.h"

#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "winograd_tiles.h"

struct cdnnl_winograd {
    cdnnl_convolution shape;
    cdnnl_epilogue epilogue;
    int32_t block;
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
    int32_t high = tiles_over(shape->output_height), wide = tiles_over(shape->output_width);
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

// Weights of a network at rest are transformed once, in double precision; those that change with each step of
// training in single precision, eight outputs at a time.

/// One row of G w for three weights of eight outputs.
INLINE void transform_lanes(const lanes_f w[3], lanes_f *result, size_t stride) {
    lanes_f ends = (w[0] + w[2]) * (1.0f / 6), middle = w[1] * (1.0f / 6);
    lanes_f far_ends = w[0] * (1.0f / 24) + w[2] * (1.0f / 6), far_middle = w[1] * (1.0f / 12);
    result[0 * stride] = w[0] * 0.25f;
    result[1 * stride] = -(ends + middle);
    result[2 * stride] = middle - ends;
    result[3 * stride] = far_ends + far_middle;
    result[4 * stride] = far_ends - far_middle;
    result[5 * stride] = w[2];
}

CDNNL_MULTIVERSION
void cdnnl_winograd_load(cdnnl_winograd *winograd, const float *weights, const float *bias, int adjoint) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t inputs = (size_t)shape->input_channels, outputs = (size_t)shape->output_channels;
    // The adjoint's outputs are the inputs of the convolution that the weights belong to, and its kernels are turned.
    size_t output_step = adjoint ? 9 : inputs * 9, input_step = adjoint ? outputs * 9 : 9;
    if (bias) memcpy(winograd->bias, bias, outputs * sizeof(float));
    for (size_t output = 0; output < outputs; output += LANES) {
        for (size_t input = 0; input < inputs; input++) {
            lanes_f kernel[9], rows[3][INPUTS], column[3], result[INPUTS];
            const float *first = weights + output * output_step + input * input_step;
            for (size_t lane = 0; lane < LANES; lane++) {
                for (size_t i = 0; i < 9; i++) kernel[adjoint ? 8 - i : i][lane] = first[lane * output_step + i];
            }
            for (int row = 0; row < 3; row++) transform_lanes(kernel + row * 3, rows[row], 1);
            float *write = winograd->weights + weight_offset(shape, output, input);
            for (size_t x = 0; x < INPUTS; x++) {
                for (int i = 0; i < 3; i++) column[i] = rows[i][x];
                transform_lanes(column, result, 1);
                for (size_t y = 0; y < INPUTS; y++) {
                    *(lanes_f *)(write + (y * INPUTS + x) * inputs * outputs) = result[y];
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
    made->chunk = tiles_in_chunk(inputs + outputs);
    made->weights = cdnnl_allocate(POINTS * inputs * outputs * sizeof(float));
    made->bias = cdnnl_allocate(outputs * sizeof(float));
    if (!made->weights || !made->bias) {
        cdnnl_winograd_destroy(made);
        return NULL;
    }
    memset(made->bias, 0, outputs * sizeof(float));
    if (bias) memcpy(made->bias, bias, outputs * sizeof(float));
    if (weights) load_weights(made, weights);
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

/// A^T m: six points to four outputs.
INLINE void transform_output(const lanes_f m[INPUTS], lanes_f *result, size_t stride) {
    lanes_f even = m[1] + m[2], odd = m[1] - m[2];
    lanes_f even_far = m[3] + m[4], odd_far = m[3] - m[4];
    result[0 * stride] = m[0] + even + even_far;
    result[1 * stride] = odd + 2 * odd_far;
    result[2 * stride] = even + 4 * even_far;
    result[3 * stride] = odd + 8 * odd_far + m[5];
}

CDNNL_MULTIVERSION
static void gather(const cdnnl_winograd *winograd, const float *input, size_t first, size_t count, float *points) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t channels = (size_t)shape->input_channels, block = (size_t)winograd->block;
    size_t plane = (size_t)shape->input_height * (size_t)shape->input_width;
    for (size_t tile = 0; tile < count; tile++) {
        tile_place at = place(&winograd->shape, first + tile);
        for (size_t channel = 0; channel < channels; channel += LANES) {
            const float *read = input + lanes_offset(at.image, channel, channels, plane, block);
            gather_tile(shape, block, read, at, points + tile * channels + channel, winograd->chunk * channels);
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
    const float *addend, float *plane) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t block = (size_t)winograd->block;
    int clips = winograd->epilogue.function == CDNNL_FUNCTION_RELU;
    lanes_f columns[OUTPUTS][INPUTS];
    for (int x = 0; x < INPUTS; x++) {
        lanes_f m[INPUTS];
        for (int y = 0; y < INPUTS; y++) m[y] = *(const lanes_f *)(points + (size_t)(y * INPUTS + x) * step);
        transform_output(m, &columns[0][x], INPUTS);
    }
    for (int y = 0; y < OUTPUTS && at.row + y < shape->output_height; y++) {
        lanes_f row[OUTPUTS];
        transform_output(columns[y], row, 1);
        size_t row_offset = ((size_t)(at.row + y) * (size_t)shape->output_width + (size_t)at.column) * block;
        for (int x = 0; x < OUTPUTS && at.column + x < shape->output_width; x++) {
            size_t offset = row_offset + (size_t)x * block;
            lanes_f value = row[x] + *bias;
            if (addend) value += *(const lanes_f *)(addend + offset);
            // NaN stays, so that it is found later.
            if (clips) value = (lanes_f)((lanes_i)value & ~(value <= 0));
            *(lanes_f *)(plane + offset) = value;
        }
    }
}

CDNNL_MULTIVERSION
static void scatter(
    const cdnnl_winograd *winograd, const float *points, size_t first, size_t count, const float *addend,
    float *output) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t channels = (size_t)shape->output_channels, block = (size_t)winograd->block;
    size_t plane = (size_t)shape->output_height * (size_t)shape->output_width;
    for (size_t tile = 0; tile < count; tile++) {
        tile_place at = place(&winograd->shape, first + tile);
        for (size_t channel = 0; channel < channels; channel += LANES) {
            size_t offset = lanes_offset(at.image, channel, channels, plane, block);
            scatter_tile(
                winograd, points + tile * channels + channel, winograd->chunk * channels,
                (const lanes_f *)(winograd->bias + channel), at, addend ? addend + offset : NULL, output + offset);
        }
    }
}

void cdnnl_winograd_run(
    const cdnnl_winograd *winograd, const float *input, const float *addend, float *output, void *scratch) {
    const cdnnl_convolution *shape = &winograd->shape;
    size_t tiles = (size_t)shape->images * (size_t)tiles_over(shape->output_height)
        * (size_t)tiles_over(shape->output_width);
    float *points = scratch;
    float *products_out = points + POINTS * winograd->chunk * (size_t)shape->input_channels;
    for (size_t first = 0; first < tiles; first += winograd->chunk) {
        size_t count = tiles - first < winograd->chunk ? tiles - first : winograd->chunk;
        gather(winograd, input, first, count, points);
        multiply(winograd, points, count, products_out);
        scatter(winograd, products_out, first, count, addend, output);
    }
}
