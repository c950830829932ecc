#include "kernels.h"

// Sums in double precision, in a fixed order of lanes. The variable t is rounded to single precision first, as whoever
// evaluates the curve will round it; its powers are not, so that the sums are those of true powers and tell whether these
// can be told apart.

enum { LANES = 8, TERMS = 3 * CDNNL_LARGEST_CURVE_DEGREE + 3 };

static double total(const double lanes[LANES]) {
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

CDNNL_MULTIVERSION
void cdnnl_extent(const float *x, size_t count, cdnnl_extent_sums *sums) {
    float least[LANES], largest[LANES];
    for (size_t lane = 0; lane < LANES; lane++) {
        least[lane] = sums->least;
        largest[lane] = sums->largest;
    }
    double all[LANES] = {0}, squares[LANES] = {0};
    for (size_t i = 0; i < count; i += LANES) {
        size_t lanes = count - i < LANES ? count - i : LANES;
        for (size_t lane = 0; lane < lanes; lane++) {
            float value = x[i + lane];
            least[lane] = value < least[lane] ? value : least[lane];
            largest[lane] = value > largest[lane] ? value : largest[lane];
            all[lane] += (double)value;
            squares[lane] += (double)value * (double)value;
        }
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        if (least[lane] < sums->least) sums->least = least[lane];
        if (largest[lane] > sums->largest) sums->largest = largest[lane];
    }
    sums->sum += total(all);
    sums->squares += total(squares);
    sums->count += (double)count;
}

CDNNL_MULTIVERSION
void cdnnl_add_squares(const float *x, size_t count, float factor, float *sums) {
    for (size_t i = 0; i < count; i++) sums[i] += factor * x[i] * x[i];
}

/// A compiler that knows the degree unrolls the loops over powers.
static inline __attribute__((always_inline)) void add_curve(
    const float *x, const float *y, size_t count, float center, float inverse, int degree,
    double sums[TERMS][LANES]) {
    for (size_t i = 0; i < count; i += LANES) {
        double t[LANES], f[LANES], power[LANES];
        size_t lanes = count - i < LANES ? count - i : LANES;
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t place = lane < lanes ? i + lane : i;
            t[lane] = (double)((x[place] - center) * inverse);
            f[lane] = (double)y[place];
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
    const float *x, const float *y, size_t count, float center, float inverse, int32_t degree,
    double *sums) {
    double own[TERMS][LANES] = {{0}};
    switch (degree) {
    case 2: add_curve(x, y, count, center, inverse, 2, own); break;
    case 4: add_curve(x, y, count, center, inverse, 4, own); break;
    default: add_curve(x, y, count, center, inverse, degree, own);
    }
    for (int term = 0; term < 3 * degree + 3; term++) sums[term] += total(own[term]);
}
