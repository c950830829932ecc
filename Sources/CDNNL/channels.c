#include <string.h>

#include "kernels.h"
#include "lanes.h"

// Kernels with a line or a sum for each channel.

static inline __attribute__((always_inline)) void affine_lanes(
    const float *x, float *result, const float *scale, const float *shift, size_t plane, size_t stride,
    size_t width) {
    float factor[LANES], offset[LANES];
    for (size_t j = 0; j < width; j++) {
        factor[j] = scale[j];
        offset[j] = shift[j];
    }
    for (size_t i = 0; i < plane; i++) {
        float line[LANES];
        for (size_t j = 0; j < width; j++) line[j] = x[i * stride + j] * factor[j] + offset[j];
        for (size_t j = 0; j < width; j++) result[i * stride + j] = line[j];
    }
}

CDNNL_MULTIVERSION
void cdnnl_affine(const cdnnl_tensor *tensor, const float *x, float *result, const float *scale, const float *shift) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        for (size_t lane = 0; lane < block; lane += LANES) {
            size_t at = part * plane * block + lane, c = part % blocks * block + lane;
            WITH_LANES(block, lane, affine_lanes, x + at, result + at, scale + c, shift + c, plane);
        }
    }
}

/// All that a position reads is read before it is written: dx may be dy.
static inline __attribute__((always_inline)) void combine_lanes(
    const float *dy, const float *x, float *dx, int32_t accumulate, const float *a, const float *b, const float *d,
    size_t plane, size_t stride, size_t width) {
    float slope[LANES], curve[LANES], offset[LANES];
    for (size_t j = 0; j < width; j++) {
        slope[j] = a[j];
        curve[j] = x ? b[j] : 0;
        offset[j] = d[j];
    }
    for (size_t i = 0; i < plane; i++) {
        float result[LANES];
        for (size_t j = 0; j < width; j++) result[j] = slope[j] * dy[i * stride + j] + offset[j];
        if (x) {
            for (size_t j = 0; j < width; j++) result[j] += curve[j] * x[i * stride + j];
        }
        if (accumulate) {
            for (size_t j = 0; j < width; j++) result[j] += dx[i * stride + j];
        }
        for (size_t j = 0; j < width; j++) dx[i * stride + j] = result[j];
    }
}

CDNNL_MULTIVERSION
void cdnnl_combine_backward(
    const cdnnl_tensor *tensor, const float *dy, const float *x, float *dx, int32_t accumulate, const float *a,
    const float *b, const float *d) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        for (size_t lane = 0; lane < block; lane += LANES) {
            size_t at = part * plane * block + lane, c = part % blocks * block + lane;
            const float *other = x ? x + at : NULL, *curve = x ? b + c : NULL;
            WITH_LANES(
                block, lane, combine_lanes, dy + at, other, dx + at, accumulate, a + c, curve, d + c, plane);
        }
    }
}

/// Every second position has sums of its own, since an addition waits for the one before; their order is the same whatever
/// the width.
static inline __attribute__((always_inline)) void sum_lanes(
    const float *y, const float *x, double *sums, double *products, size_t plane, size_t stride, size_t width) {
    double even[LANES] = {0}, odd[LANES] = {0}, even_products[LANES] = {0}, odd_products[LANES] = {0};
    size_t i = 0;
    for (; i + 2 <= plane; i += 2) {
        for (size_t j = 0; j < width; j++) {
            double first = y[i * stride + j], second = y[(i + 1) * stride + j];
            even[j] += first;
            odd[j] += second;
            even_products[j] += first * x[i * stride + j];
            odd_products[j] += second * x[(i + 1) * stride + j];
        }
    }
    for (; i < plane; i++) {
        for (size_t j = 0; j < width; j++) {
            double value = y[i * stride + j];
            even[j] += value;
            even_products[j] += value * x[i * stride + j];
        }
    }
    for (size_t j = 0; j < width; j++) {
        sums[j] += even[j] + odd[j];
        products[j] += even_products[j] + odd_products[j];
    }
}

CDNNL_MULTIVERSION
void cdnnl_channel_sums(const cdnnl_tensor *tensor, const float *y, const float *x, double *sums, double *products) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    memset(sums, 0, blocks * block * sizeof(double));
    memset(products, 0, blocks * block * sizeof(double));
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        for (size_t lane = 0; lane < block; lane += LANES) {
            size_t at = part * plane * block + lane, c = part % blocks * block + lane;
            WITH_LANES(block, lane, sum_lanes, y + at, x + at, sums + c, products + c, plane);
        }
    }
}
