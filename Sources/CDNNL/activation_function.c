#include <math.h>

#include "activation.h"
#include "kernels.h"

// MARK: - Functions and their derivatives

static float logistic(float x) { return 1 / (1 + expf(-x)); }

static const float inverse_root_two = 0.70710678f, root_two_over_pi = 0.79788456f, inverse_root_two_pi = 0.39894228f;

/// NaN stays, so that it is found.
static float clip(float x, float lower, float upper) { return x < lower ? lower : x > upper ? upper : x; }

float cdnnl_function_value(const cdnnl_activation *activation, float x) {
    float alpha = activation->alpha, beta = activation->beta;
    if (activation->is_erf) return erff(x);
    switch (activation->function) {
        case CDNNL_FUNCTION_RELU: return x <= 0 ? alpha * x : x;
        case CDNNL_FUNCTION_CLIP: return clip(x, alpha, beta);
        case CDNNL_FUNCTION_LOGISTIC: return logistic(x);
        case CDNNL_FUNCTION_TANH: return tanhf(x);
        case CDNNL_FUNCTION_SWISH: return x * logistic(x);
        case CDNNL_FUNCTION_HARDSWISH: return x * clip(x / 6 + 0.5f, 0, 1);
        case CDNNL_FUNCTION_HARDSIGMOID: return clip(alpha * x + beta, 0, 1);
        case CDNNL_FUNCTION_GELU_ERF: return 0.5f * x * (1 + erff(x * inverse_root_two));
        case CDNNL_FUNCTION_GELU_TANH:
            return 0.5f * x * (1 + tanhf(root_two_over_pi * (x + 0.044715f * x * x * x)));
        default: return x;
    }
}

float cdnnl_function_slope(const cdnnl_activation *activation, float x) {
    float alpha = activation->alpha, beta = activation->beta;
    if (activation->is_erf) return 2 * inverse_root_two * root_two_over_pi * expf(-x * x);
    switch (activation->function) {
        case CDNNL_FUNCTION_RELU: return x <= 0 ? alpha : 1;
        case CDNNL_FUNCTION_CLIP: return x > alpha && x <= beta ? 1 : 0;
        case CDNNL_FUNCTION_LOGISTIC: {
            float y = logistic(x);
            return y * (1 - y);
        }
        case CDNNL_FUNCTION_TANH: {
            float y = tanhf(x);
            return 1 - y * y;
        }
        case CDNNL_FUNCTION_SWISH: {
            float y = logistic(x);
            return y + x * y * (1 - y);
        }
        case CDNNL_FUNCTION_HARDSWISH: return x <= -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5f;
        case CDNNL_FUNCTION_HARDSIGMOID: {
            float inner = alpha * x + beta;
            return inner > 0 && inner <= 1 ? alpha : 0;
        }
        case CDNNL_FUNCTION_GELU_ERF:
            return 0.5f * (1 + erff(x * inverse_root_two)) + x * inverse_root_two_pi * expf(-0.5f * x * x);
        case CDNNL_FUNCTION_GELU_TANH: {
            float y = tanhf(root_two_over_pi * (x + 0.044715f * x * x * x));
            return 0.5f * (1 + y)
                + 0.5f * x * (1 - y * y) * root_two_over_pi * (1 + 3 * 0.044715f * x * x);
        }
        default: return 1;
    }
}

// MARK: - Whole buffers

// Written in vectors, since the compiler would not choose them where a result stands in place of an operand.

/// 0 or x, eight values; NaN stays.
INLINE void relu_lanes(const lanes_f *x, const lanes_f *value, lanes_f *result) {
    *result = (lanes_f)((lanes_i)*value & ~(*x <= 0));
}

CDNNL_MULTIVERSION
static int32_t relu_forward(const float *x, float *y, size_t count) {
    lanes_i bad = {0};
    int32_t found = 0;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        lanes_f value = *(const lanes_u *)(x + i), result;
        bad |= value - value != 0;
        relu_lanes(&value, &value, &result);
        *(lanes_u *)(y + i) = result;
    }
    for (; i < count; i++) {
        float value = x[i];
        found |= value - value != 0;
        y[i] = value <= 0 ? 0 : value;
    }
    for (int lane = 0; lane < LANES; lane++) found |= bad[lane];
    return found;
}

INLINE void relu_backward_pass(
    const float *x, const float *dy, const float *extra, float *dx, int accumulate, size_t count) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        lanes_f value = *(const lanes_u *)(x + i), gradient = *(const lanes_u *)(dy + i), result;
        relu_lanes(&value, &gradient, &result);
        if (extra) result += *(const lanes_u *)(extra + i);
        if (accumulate) result += *(const lanes_u *)(dx + i);
        *(lanes_u *)(dx + i) = result;
    }
    for (; i < count; i++) {
        float result = (x[i] <= 0 ? 0 : dy[i]) + (extra ? extra[i] : 0);
        dx[i] = accumulate ? dx[i] + result : result;
    }
}

CDNNL_MULTIVERSION
static void relu_backward(
    const float *x, const float *dy, const float *extra, float *dx, int32_t accumulate, size_t count) {
    if (!extra && !accumulate) relu_backward_pass(x, dy, NULL, dx, 0, count);
    else relu_backward_pass(x, dy, extra, dx, accumulate, count);
}

static int32_t any_forward(const cdnnl_activation *activation, const float *x, float *y, size_t count) {
    int32_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        float value = x[i], result = cdnnl_function_value(activation, value);
        bad |= (value - value != 0) | (result - result != 0);
        y[i] = result;
    }
    return bad;
}

static void any_backward(
    const cdnnl_activation *activation, const float *x, const float *dy, const float *extra, float *dx,
    int32_t accumulate, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float result = dy[i] * cdnnl_function_slope(activation, x[i]) + (extra ? extra[i] : 0);
        dx[i] = accumulate ? dx[i] + result : result;
    }
}

int32_t cdnnl_function_forward(const cdnnl_activation *activation, const float *x, float *y, size_t count) {
    return cdnnl_is_relu(activation) ? relu_forward(x, y, count) : any_forward(activation, x, y, count);
}

void cdnnl_function_backward(
    const cdnnl_activation *activation, const float *x, const float *dy, const float *extra, float *dx,
    int32_t accumulate, size_t count) {
    if (cdnnl_is_relu(activation)) relu_backward(x, dy, extra, dx, accumulate, count);
    else any_backward(activation, x, dy, extra, dx, accumulate, count);
}
