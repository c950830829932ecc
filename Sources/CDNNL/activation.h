// What the kernels of activations share: one file for functions alone, one for their blends with polynomials.

#ifndef CDNNL_ACTIVATION_H
#define CDNNL_ACTIVATION_H

#include "CDNNL.h"

// Vectors go through pointers: their calling convention depends on the instruction set, even where all is inlined.
#define INLINE __attribute__((always_inline)) static inline

enum { LANES = 8 };

typedef float lanes_f __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t lanes_i __attribute__((vector_size(LANES * sizeof(int32_t))));
// The same, wherever it stands in memory.
typedef float lanes_u __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

/// max(x, 0), the one function with loops of its own.
static inline int cdnnl_is_relu(const cdnnl_activation *activation) {
    return !activation->is_erf && activation->function == CDNNL_FUNCTION_RELU && activation->alpha == 0;
}

float cdnnl_function_value(const cdnnl_activation *activation, float x);
/// At a kink, the derivative from below.
float cdnnl_function_slope(const cdnnl_activation *activation, float x);

/// The function of `count` values, whatever their layout; not 0 where an x or a y is not finite.
int32_t cdnnl_function_forward(const cdnnl_activation *activation, const float *x, float *y, size_t count);
void cdnnl_function_backward(
    const cdnnl_activation *activation, const float *x, const float *dy, const float *extra, float *dx,
    int32_t accumulate, size_t count);

#endif
