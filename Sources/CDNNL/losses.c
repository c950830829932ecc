#include "kernels.h"

// Sums are in double precision and in a fixed order of lanes, which every instruction set keeps.

enum { LANES = 8 };

static double total(const double lanes[LANES]) {
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

CDNNL_MULTIVERSION
double cdnnl_squared_difference(const float *a, const float *b, float factor, float *gradient, size_t count) {
    double sums[LANES] = {0};
    size_t whole = count / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            float difference = a[i + lane] - b[i + lane];
            gradient[i + lane] += factor * difference;
            sums[lane] += (double)(difference * difference);
        }
    }
    for (size_t i = whole; i < count; i++) {
        float difference = a[i] - b[i];
        gradient[i] += factor * difference;
        sums[0] += (double)(difference * difference);
    }
    return total(sums);
}

CDNNL_MULTIVERSION
double cdnnl_range_excess(
    const cdnnl_tensor *tensor, const float *x, const float *lower, const float *upper, float factor,
    float *gradient) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    double sum = 0;
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        const float *low = lower + part % blocks * block, *high = upper + part % blocks * block;
        const float *read = x + part * plane * block;
        float *write = gradient + part * plane * block;
        float found = 0;
        for (size_t i = 0; i < plane; i++) {
            for (size_t lane = 0; lane < block; lane++) {
                float value = read[i * block + lane];
                float above = value > high[lane] ? value - high[lane] : 0;
                float below = value < low[lane] ? value - low[lane] : 0;
                float excess = above + below;
                write[i * block + lane] += factor * excess;
                found += excess * excess;
            }
        }
        sum += (double)found;
    }
    return sum;
}

CDNNL_MULTIVERSION
int32_t cdnnl_any_nonfinite(const float *x, size_t count) {
    // x - x is 0 for every finite x and NaN otherwise.
    int32_t found = 0;
    for (size_t i = 0; i < count; i++) found |= x[i] - x[i] != 0;
    return found;
}

CDNNL_MULTIVERSION
double cdnnl_squared_norm(const float *x, size_t count) {
    double sums[LANES] = {0};
    size_t whole = count / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) sums[lane] += (double)x[i + lane] * (double)x[i + lane];
    }
    for (size_t i = whole; i < count; i++) sums[0] += (double)x[i] * (double)x[i];
    return total(sums);
}
