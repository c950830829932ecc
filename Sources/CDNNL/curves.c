#include <math.h>

#include "kernels.h"

// Single precision within a block of a few thousand values, double precision between blocks; in a fixed order of lanes,
// which every instruction set keeps.

enum { LANES = 16, BLOCK = 4096, LARGEST_DEGREE = 8, LARGEST_TERMS = 3 * LARGEST_DEGREE + 3 };

static double total(const float lanes[LANES]) {
    double sum = 0;
    for (size_t lane = 0; lane < LANES; lane++) sum += (double)lanes[lane];
    return sum;
}

CDNNL_MULTIVERSION
void cdnnl_extent(const float *x, size_t count, cdnnl_extent_sums *sums) {
    float largest[LANES] = {0};
    double all[LANES] = {0}, squares[LANES] = {0};
    for (size_t i = 0; i < count; i += LANES) {
        size_t lanes = count - i < LANES ? count - i : LANES;
        for (size_t lane = 0; lane < lanes; lane++) {
            float value = x[i + lane], size = fabsf(value);
            largest[lane] = size > largest[lane] ? size : largest[lane];
            all[lane] += (double)value;
            squares[lane] += (double)value * (double)value;
        }
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        if ((double)largest[lane] > sums->reach) sums->reach = (double)largest[lane];
        sums->sum += all[lane];
        sums->squares += squares[lane];
    }
    sums->count += (double)count;
}

CDNNL_MULTIVERSION
void cdnnl_add_squares(const float *x, size_t count, float factor, float *sums) {
    for (size_t i = 0; i < count; i++) sums[i] += factor * x[i] * x[i];
}

static inline __attribute__((always_inline)) void curve_block(
    const float *x, const float *y, size_t count, float stretch, float center, float inverse, int degree,
    float sums[LARGEST_TERMS][LANES]) {
    for (size_t i = 0; i < count; i += LANES) {
        float t[LANES], f[LANES], power[LANES];
        size_t lanes = count - i < LANES ? count - i : LANES;
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t place = lane < lanes ? i + lane : i;
            t[lane] = (stretch * x[place] - center) * inverse;
            f[lane] = y[place];
            power[lane] = lane < lanes ? 1 : 0;
        }
        for (size_t lane = 0; lane < LANES; lane++) sums[3 * degree + 2][lane] += power[lane] * f[lane] * f[lane];
        for (int exponent = 0; exponent <= degree; exponent++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                sums[exponent][lane] += power[lane];
                sums[2 * degree + 1 + exponent][lane] += power[lane] * f[lane];
                power[lane] *= t[lane];
            }
        }
        for (int exponent = degree + 1; exponent <= 2 * degree; exponent++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                sums[exponent][lane] += power[lane];
                power[lane] *= t[lane];
            }
        }
    }
}

CDNNL_MULTIVERSION
void cdnnl_curve_sums(
    const float *x, const float *y, size_t count, float stretch, float center, float inverse, int32_t degree,
    double *sums) {
    int terms = 3 * degree + 3;
    for (size_t start = 0; start < count; start += BLOCK) {
        float block[LARGEST_TERMS][LANES] = {{0}};
        size_t length = count - start < BLOCK ? count - start : BLOCK;
        switch (degree) {
        case 2: curve_block(x + start, y + start, length, stretch, center, inverse, 2, block); break;
        case 4: curve_block(x + start, y + start, length, stretch, center, inverse, 4, block); break;
        default: curve_block(x + start, y + start, length, stretch, center, inverse, degree, block);
        }
        for (int term = 0; term < terms; term++) sums[term] += total(block[term]);
    }
}
