#include "activation.h"

#include <string.h>

#include "kernels.h"

enum { COUNT = CDNNL_ACTIVATION_LARGEST_DEGREE + 1 };

// MARK: - A blend of a function and a polynomial

/// Eight neighbouring values: eight channels of a block, or eight pixels of one channel.
typedef struct {
    lanes_f coefficients[COUNT];
    lanes_f center, scale, lower, upper;
} lane_tables;

static void load_tables(
    lane_tables *tables, const cdnnl_activation *activation, size_t padded, size_t channel, size_t count,
    int broadcast) {
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t from = broadcast || lane >= count ? channel : channel + lane;
        tables->center[lane] = activation->center[from];
        tables->scale[lane] = activation->inverse_scale[from];
        tables->lower[lane] = activation->lower[from];
        tables->upper[lane] = activation->upper[from];
        for (int k = 0; k <= activation->degree; k++) {
            tables->coefficients[k][lane] = activation->coefficients[(size_t)k * padded + from];
        }
    }
}

INLINE void clip_lanes(const lane_tables *tables, const lanes_f *x, lanes_f *u) {
    lanes_i below = *x < tables->lower, above = *x > tables->upper;
    *u = (lanes_f)(((lanes_i)*x & ~(below | above)) | ((lanes_i)tables->lower & below)
                   | ((lanes_i)tables->upper & above));
}

INLINE void function_lanes(const cdnnl_activation *activation, int relu, const lanes_f *u, lanes_f *value) {
    if (relu) {
        *value = (lanes_f)((lanes_i)*u & ~(*u <= 0));
    } else {
        for (int lane = 0; lane < LANES; lane++) (*value)[lane] = cdnnl_function_value(activation, (*u)[lane]);
    }
}

INLINE void slope_lanes(const cdnnl_activation *activation, int relu, const lanes_f *u, lanes_f *slope) {
    if (relu) {
        lanes_f one = (lanes_f){0} + 1.0f;
        *slope = (lanes_f)((lanes_i)one & ~(*u <= 0));
    } else {
        for (int lane = 0; lane < LANES; lane++) (*slope)[lane] = cdnnl_function_slope(activation, (*u)[lane]);
    }
}

/// `groups` times eight values, `stride` apart.
INLINE void forward_pass(
    const lane_tables *given, const cdnnl_activation *activation, int degree, int relu, int blends, const float *x,
    float *y, size_t groups, size_t stride, lanes_i *bad) {
    lane_tables tables = *given;
    lanes_i seen = *bad;
    float blend = activation->blend;
    for (size_t i = 0; i < groups; i++) {
        lanes_f value = *(const lanes_u *)(x + i * stride), u;
        clip_lanes(&tables, &value, &u);
        lanes_f z = (u - tables.center) * tables.scale;
        lanes_f result = tables.coefficients[degree];
        for (int k = degree - 1; k >= 0; k--) result = result * z + tables.coefficients[k];
        if (blends) {
            lanes_f function;
            function_lanes(activation, relu, &u, &function);
            result = (1 - blend) * function + blend * result;
        }
        // x - x is 0 for every finite x and NaN otherwise.
        seen |= (value - value != 0) | (result - result != 0);
        *(lanes_u *)(y + i * stride) = result;
    }
    *bad = seen;
}

INLINE void backward_pass(
    const lane_tables *given, const cdnnl_activation *activation, int degree, int relu, int blends, const float *x,
    const float *dy, const float *extra, float *dx, int accumulate, size_t groups, size_t stride, lanes_f *sums_out) {
    lane_tables tables = *given;
    lanes_f sums[COUNT];
    for (int k = 0; k <= degree; k++) sums[k] = (lanes_f){0};
    float blend = activation->blend;
    int passes = activation->passes_through;
    for (size_t i = 0; i < groups; i++) {
        lanes_f value = *(const lanes_u *)(x + i * stride), u;
        lanes_f gradient = *(const lanes_u *)(dy + i * stride);
        clip_lanes(&tables, &value, &u);
        lanes_f z = (u - tables.center) * tables.scale;
        lanes_f power = gradient;
        for (int k = 0; k <= degree; k++) {
            sums[k] += power;
            power *= z;
        }
        lanes_f slope = (float)degree * tables.coefficients[degree];
        for (int k = degree - 1; k > 0; k--) slope = slope * z + (float)k * tables.coefficients[k];
        slope *= tables.scale;
        if (blends) {
            lanes_f function;
            slope_lanes(activation, relu, &u, &function);
            slope = (1 - blend) * function + blend * slope;
        }
        lanes_f result = gradient * slope;
        if (!passes) {
            lanes_i inside = (value >= tables.lower) & (value <= tables.upper);
            result = (lanes_f)((lanes_i)result & inside);
        }
        if (extra) result += *(const lanes_u *)(extra + i * stride);
        if (accumulate) result += *(const lanes_u *)(dx + i * stride);
        *(lanes_u *)(dx + i * stride) = result;
    }
    for (int k = 0; k <= degree; k++) sums_out[k] = sums[k];
}

/// The degrees that are trained most, with ReLU or without a function, get loops of their own.
CDNNL_MULTIVERSION
static void forward_lanes(
    const lane_tables *tables, const cdnnl_activation *activation, const float *x, float *y, size_t groups,
    size_t stride, lanes_i *bad) {
    int degree = activation->degree, relu = cdnnl_is_relu(activation), blends = activation->blend != 1;
    if (degree == 2 && !blends) forward_pass(tables, activation, 2, 1, 0, x, y, groups, stride, bad);
    else if (degree == 2 && relu) forward_pass(tables, activation, 2, 1, 1, x, y, groups, stride, bad);
    else if (degree == 4 && !blends) forward_pass(tables, activation, 4, 1, 0, x, y, groups, stride, bad);
    else if (degree == 4 && relu) forward_pass(tables, activation, 4, 1, 1, x, y, groups, stride, bad);
    else forward_pass(tables, activation, degree, relu, blends, x, y, groups, stride, bad);
}

CDNNL_MULTIVERSION
static void backward_lanes(
    const lane_tables *tables, const cdnnl_activation *activation, const float *x, const float *dy,
    const float *extra, float *dx, int accumulate, size_t groups, size_t stride, lanes_f *sums) {
    int degree = activation->degree, relu = cdnnl_is_relu(activation), blends = activation->blend != 1;
    if (degree == 2 && !blends) {
        backward_pass(tables, activation, 2, 1, 0, x, dy, extra, dx, accumulate, groups, stride, sums);
    } else if (degree == 2 && relu) {
        backward_pass(tables, activation, 2, 1, 1, x, dy, extra, dx, accumulate, groups, stride, sums);
    } else if (degree == 4 && !blends) {
        backward_pass(tables, activation, 4, 1, 0, x, dy, extra, dx, accumulate, groups, stride, sums);
    } else if (degree == 4 && relu) {
        backward_pass(tables, activation, 4, 1, 1, x, dy, extra, dx, accumulate, groups, stride, sums);
    } else {
        backward_pass(tables, activation, degree, relu, blends, x, dy, extra, dx, accumulate, groups, stride, sums);
    }
}

/// Fewer than eight values at each place: the rest stands at the centre, without a gradient.
static void forward_tail(
    const lane_tables *tables, const cdnnl_activation *activation, const float *x, float *y, size_t count,
    size_t groups, size_t stride, lanes_i *bad) {
    for (size_t i = 0; i < groups; i++) {
        float values[LANES];
        memcpy(values, &tables->center, sizeof values);
        memcpy(values, x + i * stride, count * sizeof(float));
        forward_lanes(tables, activation, values, values, 1, LANES, bad);
        memcpy(y + i * stride, values, count * sizeof(float));
    }
}

static void backward_tail(
    const lane_tables *tables, const cdnnl_activation *activation, const float *x, const float *dy,
    const float *extra, float *dx, int accumulate, size_t count, size_t groups, size_t stride, lanes_f *sums) {
    for (int k = 0; k <= activation->degree; k++) sums[k] = (lanes_f){0};
    for (size_t i = 0; i < groups; i++) {
        float values[LANES], gradients[LANES] = {0}, extras[LANES] = {0}, results[LANES] = {0};
        lanes_f part[COUNT];
        memcpy(values, &tables->center, sizeof values);
        memcpy(values, x + i * stride, count * sizeof(float));
        memcpy(gradients, dy + i * stride, count * sizeof(float));
        if (extra) memcpy(extras, extra + i * stride, count * sizeof(float));
        if (accumulate) memcpy(results, dx + i * stride, count * sizeof(float));
        backward_lanes(tables, activation, values, gradients, extras, results, accumulate, 1, LANES, part);
        memcpy(dx + i * stride, results, count * sizeof(float));
        for (int k = 0; k <= activation->degree; k++) sums[k] += part[k];
    }
}

static void add_powers(
    const lanes_f *sums, const cdnnl_activation *activation, double *powers, size_t padded, size_t channel,
    size_t count, int broadcast) {
    for (int k = 0; k <= activation->degree; k++) {
        double *row = powers + (size_t)k * padded + channel;
        for (size_t lane = 0; lane < count; lane++) {
            row[broadcast ? 0 : lane] += (double)activation->blend * (double)sums[k][lane];
        }
    }
}

// MARK: - Both

/// A function of 0 need not be 0, but the channels that fill the last block are.
static void clear_padding(const cdnnl_tensor *tensor, float *y) {
    size_t block = (size_t)tensor->block, used = (size_t)tensor->channels % block;
    if (used == 0) return;
    size_t blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    for (size_t image = 0; image < (size_t)tensor->images; image++) {
        float *last = y + ((image + 1) * blocks - 1) * plane * block;
        for (size_t i = 0; i < plane; i++) memset(last + i * block + used, 0, (block - used) * sizeof(float));
    }
}

int32_t cdnnl_activation_forward(
    const cdnnl_tensor *tensor, const float *x, float *y, const cdnnl_activation *activation) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    if (activation->degree < 0) {
        size_t count = (size_t)tensor->images * blocks * block * plane;
        int32_t bad = cdnnl_function_forward(activation, x, y, count);
        clear_padding(tensor, y);
        return bad;
    }
    lanes_i bad = {0};
    for (size_t part = 0; part < blocks; part++) {
        for (size_t first = 0; first < block; first += LANES) {
            size_t count = block - first < LANES ? block - first : LANES;
            lane_tables tables;
            load_tables(&tables, activation, blocks * block, part * block + first, count, block == 1);
            for (size_t image = 0; image < (size_t)tensor->images; image++) {
                size_t at = (image * blocks + part) * plane * block + first;
                if (block == 1) {
                    size_t groups = plane / LANES, tail = at + groups * LANES, rest = plane % LANES;
                    forward_lanes(&tables, activation, x + at, y + at, groups, LANES, &bad);
                    if (rest > 0) forward_tail(&tables, activation, x + tail, y + tail, rest, 1, LANES, &bad);
                } else if (count == LANES) {
                    forward_lanes(&tables, activation, x + at, y + at, plane, block, &bad);
                } else {
                    forward_tail(&tables, activation, x + at, y + at, count, plane, block, &bad);
                }
            }
        }
    }
    clear_padding(tensor, y);
    int32_t found = 0;
    for (int lane = 0; lane < LANES; lane++) found |= bad[lane];
    return found != 0;
}

void cdnnl_activation_backward(
    const cdnnl_tensor *tensor, const float *x, const float *dy, const float *extra, float *dx, int32_t accumulate,
    const cdnnl_activation *activation, double *powers) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    if (activation->degree < 0) {
        size_t count = (size_t)tensor->images * blocks * block * plane;
        cdnnl_function_backward(activation, x, dy, extra, dx, accumulate, count);
        return;
    }
    for (size_t part = 0; part < blocks; part++) {
        for (size_t first = 0; first < block; first += LANES) {
            size_t count = block - first < LANES ? block - first : LANES, channel = part * block + first;
            lane_tables tables;
            lanes_f sums[COUNT];
            load_tables(&tables, activation, blocks * block, channel, count, block == 1);
            for (size_t image = 0; image < (size_t)tensor->images; image++) {
                size_t at = (image * blocks + part) * plane * block + first;
                const float *added = extra ? extra + at : NULL;
                if (block != 1 && count == LANES) {
                    backward_lanes(
                        &tables, activation, x + at, dy + at, added, dx + at, accumulate, plane, block, sums);
                    add_powers(sums, activation, powers, blocks * block, channel, LANES, 0);
                } else if (block != 1) {
                    backward_tail(
                        &tables, activation, x + at, dy + at, added, dx + at, accumulate, count, plane, block, sums);
                    add_powers(sums, activation, powers, blocks * block, channel, count, 0);
                } else {
                    size_t groups = plane / LANES, done = groups * LANES, rest = plane % LANES;
                    backward_lanes(
                        &tables, activation, x + at, dy + at, added, dx + at, accumulate, groups, LANES, sums);
                    add_powers(sums, activation, powers, blocks * block, channel, LANES, 1);
                    if (rest == 0) continue;
                    size_t tail = at + done;
                    backward_tail(
                        &tables, activation, x + tail, dy + tail, added ? added + done : NULL, dx + tail, accumulate,
                        rest, 1, LANES, sums);
                    add_powers(sums, activation, powers, blocks * block, channel, rest, 1);
                }
            }
        }
    }
}
