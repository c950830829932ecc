#include <float.h>
#include <math.h>
#include <string.h>

#include "kernels.h"

enum { LANES = 8 };

typedef float lanes_f __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t lanes_i __attribute__((vector_size(LANES * sizeof(int32_t))));
// The same, wherever it stands in memory.
typedef float lanes_u __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

/// Eight neighbouring values: eight channels of a block, or eight pixels of one channel.
typedef struct {
    lanes_f coefficients[64];
    lanes_f center, scale, lower, upper;
} lane_series;

/// What a pass saw, lane by lane; all bits set for yes.
typedef struct {
    lanes_i escaped;
    /// Counts downwards: a true comparison is -1.
    lanes_i outside;
} lane_marks;

/// Clenshaw (1955): b_k = 2 t b_(k+1) - b_(k+2) + c_k; the value is t b_1 - b_2 + c_0.
///
/// Vectors go through pointers: their calling convention depends on the instruction set, even where all is inlined.
__attribute__((always_inline)) static inline void series_value(
    const lane_series *series, int degree, const lanes_u *read, lanes_u *write, float limit, lane_marks *marks) {
    lanes_f x = *read;
    lanes_f t = (x - series->center) * series->scale;
    lanes_f next = series->coefficients[degree];
    lanes_f value;
    if (degree == 0) {
        value = next;
    } else {
        lanes_f twice = t + t;
        lanes_f after = next - next;
        for (int k = degree - 1; k > 0; k--) {
            lanes_f here = twice * next + (series->coefficients[k] - after);
            after = next;
            next = here;
        }
        value = t * next + (series->coefficients[0] - after);
    }
    lanes_f size = (lanes_f)((lanes_i)x & 0x7fffffff), value_size = (lanes_f)((lanes_i)value & 0x7fffffff);
    marks->escaped |= ~(size <= limit) | ~(value_size <= FLT_MAX);
    marks->outside += ~((x >= series->lower) & (x <= series->upper));
    *write = value;
}

/// `groups` times eight values, `stride` apart.
__attribute__((always_inline)) static inline void series_pass(
    const lane_series *given, int degree, const float *x, float *result, size_t groups, size_t stride, float limit,
    lane_marks *marks) {
    // Copies that no write through `result` can change stay in registers.
    lane_series series;
    for (int k = 0; k <= degree; k++) series.coefficients[k] = given->coefficients[k];
    series.center = given->center;
    series.scale = given->scale;
    series.lower = given->lower;
    series.upper = given->upper;
    lane_marks seen = *marks;
    for (size_t i = 0; i < groups; i++) {
        const lanes_u *read = (const lanes_u *)(x + i * stride);
        series_value(&series, degree, read, (lanes_u *)(result + i * stride), limit, &seen);
    }
    *marks = seen;
}

/// The degrees that a plan uses most get loops of their own, with the coefficients in registers.
CDNNL_MULTIVERSION
static void series_apply(
    const lane_series *series, int degree, const float *x, float *result, size_t groups, size_t stride, float limit,
    lane_marks *marks) {
    switch (degree) {
        case 2: series_pass(series, 2, x, result, groups, stride, limit, marks); break;
        case 3: series_pass(series, 3, x, result, groups, stride, limit, marks); break;
        case 4: series_pass(series, 4, x, result, groups, stride, limit, marks); break;
        case 5: series_pass(series, 5, x, result, groups, stride, limit, marks); break;
        case 6: series_pass(series, 6, x, result, groups, stride, limit, marks); break;
        case 7: series_pass(series, 7, x, result, groups, stride, limit, marks); break;
        default: series_pass(series, degree, x, result, groups, stride, limit, marks);
    }
}

/// Fewer than eight values: the rest stands at the centre, where nothing is counted.
static void series_apply_tail(
    const lane_series *series, int degree, const float *x, float *result, size_t count, size_t groups, size_t stride,
    float limit, lane_marks *marks) {
    for (size_t i = 0; i < groups; i++) {
        float values[LANES];
        memcpy(values, &series->center, sizeof values);
        memcpy(values, x + i * stride, count * sizeof(float));
        series_apply(series, degree, values, values, 1, LANES, limit, marks);
        memcpy(result + i * stride, values, count * sizeof(float));
    }
}

/// The series of `count` channels from `channel` on, or of that channel in every lane.
static void series_load(
    lane_series *series, const cdnnl_polynomial *polynomial, size_t padded, size_t channel, size_t count,
    int broadcast) {
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t from = broadcast || lane >= count ? channel : channel + lane;
        series->center[lane] = polynomial->center[from];
        series->scale[lane] = polynomial->inverse_half_width[from];
        series->lower[lane] = polynomial->lower[from];
        series->upper[lane] = polynomial->upper[from];
        for (int k = 0; k <= polynomial->degree; k++) {
            series->coefficients[k][lane] = polynomial->coefficients[(size_t)k * padded + from];
        }
    }
}

static void marks_conclude(const lane_marks *marks, uint8_t *escaped, uint64_t *outside) {
    for (int lane = 0; lane < LANES; lane++) {
        if (marks->escaped[lane]) *escaped = 1;
        *outside += (uint64_t)-(int64_t)marks->outside[lane];
    }
}

void cdnnl_polynomial_apply(
    const cdnnl_tensor *tensor, const float *x, float *result, const cdnnl_polynomial *polynomial,
    uint8_t *escaped, uint64_t *outside) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    size_t padded = blocks * block;
    int degree = polynomial->degree;
    float limit = polynomial->limit;
    for (size_t part = 0; part < blocks; part++) {
        for (size_t first = 0; first < block; first += LANES) {
            size_t count = block - first < LANES ? block - first : LANES;
            lane_series series;
            series_load(&series, polynomial, padded, part * block + first, count, block == 1);
            for (size_t image = 0; image < (size_t)tensor->images; image++) {
                size_t offset = (image * blocks + part) * plane * block + first;
                lane_marks marks = {0};
                if (block == 1) {
                    size_t groups = plane / LANES, rest = plane % LANES;
                    series_apply(&series, degree, x + offset, result + offset, groups, LANES, limit, &marks);
                    if (rest > 0) {
                        size_t tail = offset + groups * LANES;
                        series_apply_tail(&series, degree, x + tail, result + tail, rest, 1, LANES, limit, &marks);
                    }
                } else if (count == LANES) {
                    series_apply(&series, degree, x + offset, result + offset, plane, block, limit, &marks);
                } else {
                    series_apply_tail(
                        &series, degree, x + offset, result + offset, count, plane, block, limit, &marks);
                }
                marks_conclude(&marks, escaped + image, outside);
            }
        }
    }
}
