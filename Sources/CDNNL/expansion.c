#include <string.h>

#include "kernels.h"
#include "lanes.h"

// A quadratic for each channel whose coefficients follow from the values: what a normalised expansion needs.

/// Sums of the channels that a kernel takes together.
typedef double lane_sums[3][LANES];

static inline __attribute__((always_inline)) void add_powers(const float *x, lane_sums sums, size_t width) {
    for (size_t j = 0; j < width; j++) {
        double value = x[j], square = value * value;
        sums[0][j] += value;
        sums[1][j] += square;
        sums[2][j] += square * square;
    }
}

/// Every second position has sums of its own, as in `cdnnl_channel_sums`; their order is the same whatever the width.
static inline __attribute__((always_inline)) void power_lanes(
    const float *x, double *sums, double *squares, double *fourths, size_t plane, size_t stride, size_t width) {
    lane_sums even = {{0}}, odd = {{0}};
    size_t i = 0;
    for (; i + 2 <= plane; i += 2) {
        add_powers(x + i * stride, even, width);
        add_powers(x + (i + 1) * stride, odd, width);
    }
    if (i < plane) add_powers(x + i * stride, even, width);
    for (size_t j = 0; j < width; j++) {
        sums[j] += even[0][j] + odd[0][j];
        squares[j] += even[1][j] + odd[1][j];
        fourths[j] += even[2][j] + odd[2][j];
    }
}

CDNNL_MULTIVERSION
void cdnnl_power_sums(const cdnnl_tensor *tensor, const float *x, double *sums, double *squares, double *fourths) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    memset(sums, 0, blocks * block * sizeof(double));
    memset(squares, 0, blocks * block * sizeof(double));
    memset(fourths, 0, blocks * block * sizeof(double));
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        for (size_t lane = 0; lane < block; lane += LANES) {
            size_t at = part * plane * block + lane, c = part % blocks * block + lane;
            WITH_LANES(block, lane, power_lanes, x + at, sums + c, squares + c, fourths + c, plane);
        }
    }
}

static inline __attribute__((always_inline)) void add_products(
    const float *dy, const float *x, lane_sums sums, size_t width) {
    for (size_t j = 0; j < width; j++) {
        double slope = dy[j], value = x[j], product = slope * value;
        sums[0][j] += slope;
        sums[1][j] += product;
        sums[2][j] += product * value;
    }
}

static inline __attribute__((always_inline)) void product_lanes(
    const float *dy, const float *x, double *sums, double *products, double *square_products, size_t plane,
    size_t stride, size_t width) {
    lane_sums even = {{0}}, odd = {{0}};
    size_t i = 0;
    for (; i + 2 <= plane; i += 2) {
        add_products(dy + i * stride, x + i * stride, even, width);
        add_products(dy + (i + 1) * stride, x + (i + 1) * stride, odd, width);
    }
    if (i < plane) add_products(dy + i * stride, x + i * stride, even, width);
    for (size_t j = 0; j < width; j++) {
        sums[j] += even[0][j] + odd[0][j];
        products[j] += even[1][j] + odd[1][j];
        square_products[j] += even[2][j] + odd[2][j];
    }
}

CDNNL_MULTIVERSION
void cdnnl_power_products(
    const cdnnl_tensor *tensor, const float *dy, const float *x, double *sums, double *products,
    double *square_products) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    memset(sums, 0, blocks * block * sizeof(double));
    memset(products, 0, blocks * block * sizeof(double));
    memset(square_products, 0, blocks * block * sizeof(double));
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        for (size_t lane = 0; lane < block; lane += LANES) {
            size_t at = part * plane * block + lane, c = part % blocks * block + lane;
            WITH_LANES(
                block, lane, product_lanes, dy + at, x + at, sums + c, products + c, square_products + c, plane);
        }
    }
}

static inline __attribute__((always_inline)) void quadratic_lanes(
    const float *x, float *y, const float *constant, const float *linear, const float *square, size_t plane,
    size_t stride, size_t width) {
    float c0[LANES], c1[LANES], c2[LANES];
    for (size_t j = 0; j < width; j++) {
        c0[j] = constant[j];
        c1[j] = linear[j];
        c2[j] = square[j];
    }
    for (size_t i = 0; i < plane; i++) {
        float value[LANES];
        for (size_t j = 0; j < width; j++) {
            float own = x[i * stride + j];
            value[j] = (c2[j] * own + c1[j]) * own + c0[j];
        }
        for (size_t j = 0; j < width; j++) y[i * stride + j] = value[j];
    }
}

CDNNL_MULTIVERSION
void cdnnl_quadratic(
    const cdnnl_tensor *tensor, const float *x, float *y, const float *constant, const float *linear,
    const float *square) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        for (size_t lane = 0; lane < block; lane += LANES) {
            size_t at = part * plane * block + lane, c = part % blocks * block + lane;
            WITH_LANES(
                block, lane, quadratic_lanes, x + at, y + at, constant + c, linear + c, square + c, plane);
        }
    }
}

/// All that a position reads is read before it is written: dx may be dy.
static inline __attribute__((always_inline)) void quadratic_backward_lanes(
    const float *dy, const float *x, float *dx, int32_t accumulate, const float *table, size_t row, size_t plane,
    size_t stride, size_t width) {
    float slope[LANES], curve[LANES], constant[LANES], linear[LANES], cube[LANES];
    for (size_t j = 0; j < width; j++) {
        slope[j] = table[j];
        curve[j] = table[row + j];
        constant[j] = table[2 * row + j];
        linear[j] = table[3 * row + j];
        cube[j] = table[4 * row + j];
    }
    for (size_t i = 0; i < plane; i++) {
        float result[LANES];
        for (size_t j = 0; j < width; j++) {
            float value = x[i * stride + j];
            result[j] = dy[i * stride + j] * (curve[j] * value + slope[j])
                + ((cube[j] * value * value + linear[j]) * value + constant[j]);
        }
        if (accumulate) {
            for (size_t j = 0; j < width; j++) result[j] += dx[i * stride + j];
        }
        for (size_t j = 0; j < width; j++) dx[i * stride + j] = result[j];
    }
}

CDNNL_MULTIVERSION
void cdnnl_quadratic_backward(
    const cdnnl_tensor *tensor, const float *dy, const float *x, float *dx, int32_t accumulate, const float *table,
    size_t row) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        for (size_t lane = 0; lane < block; lane += LANES) {
            size_t at = part * plane * block + lane, c = part % blocks * block + lane;
            WITH_LANES(
                block, lane, quadratic_backward_lanes, dy + at, x + at, dx + at, accumulate, table + c, row, plane);
        }
    }
}
