// What training adds to CDNNL.h: layers whose weights change, and the derivatives of everything.
//
// Buffers and layouts are those of CDNNL.h. A function named `..._backward` writes the gradient with respect to an
// input, or adds to it where `accumulate` is not 0. Sums over many values are in double precision.

#ifndef CDNNL_TRAINING_H
#define CDNNL_TRAINING_H

#include "CDNNL.h"

// MARK: - Convolutions and linear layers

/// A convolution or a linear layer whose weights are loaded anew at each step. Threads may run it at the same time, but
/// not while it is loaded.
typedef struct cdnnl_layer cdnnl_layer;

/// The layer chooses the blocks of its input and output. Without an input gradient, that pass is not prepared.
int32_t cdnnl_layer_convolution_create(
    cdnnl_layer **layer, const cdnnl_convolution *shape, int32_t input_gradient,
    char message[CDNNL_MESSAGE_CAPACITY]);

/// Input and output have blocks of 1.
int32_t cdnnl_layer_linear_create(
    cdnnl_layer **layer, int32_t images, int32_t inputs, int32_t outputs, int32_t input_gradient,
    char message[CDNNL_MESSAGE_CAPACITY]);

void cdnnl_layer_destroy(cdnnl_layer *layer);
int32_t cdnnl_layer_input_block(const cdnnl_layer *layer);
int32_t cdnnl_layer_output_block(const cdnnl_layer *layer);
/// Bytes of working memory that any of the passes needs.
size_t cdnnl_layer_scratch_size(const cdnnl_layer *layer);

/// Weights and bias as `cdnnl_convolution_create` and `cdnnl_linear_create` read them.
int32_t cdnnl_layer_load(
    cdnnl_layer *layer, cdnnl_stream *stream, const float *weights, const float *bias,
    char message[CDNNL_MESSAGE_CAPACITY]);

/// output = layer(input) + addend; `addend`, of the output's layout, may be null.
int32_t cdnnl_layer_forward(
    const cdnnl_layer *layer, cdnnl_stream *stream, const float *input, const float *addend, float *output,
    void *scratch, char message[CDNNL_MESSAGE_CAPACITY]);

/// The gradient with respect to the input. Only for a layer that was made with it.
int32_t cdnnl_layer_backward(
    const cdnnl_layer *layer, cdnnl_stream *stream, const float *output_gradient, float *input_gradient,
    int32_t accumulate, void *scratch, char message[CDNNL_MESSAGE_CAPACITY]);

/// The gradients of weights and bias, in the order in which they are loaded; what was there is overwritten.
int32_t cdnnl_layer_gradient(
    const cdnnl_layer *layer, cdnnl_stream *stream, const float *input, const float *output_gradient, float *weights,
    float *bias, void *scratch, char message[CDNNL_MESSAGE_CAPACITY]);

// MARK: - Activations

/// y = (1 - blend) f(u) + blend p(z), with u = clip(x, lower, upper) and z = (u - center) * inverse_scale.
///
/// Tables have one entry for each channel, padded to whole blocks: with zeros, but `lower` with -infinity and `upper`
/// with +infinity.
typedef struct {
    cdnnl_function function;
    float alpha, beta;
    /// f is the error function, which `cdnnl_function` does not name.
    int32_t is_erf;
    /// Of p; negative where there is no polynomial, and then only f, alpha and beta are read.
    int32_t degree;
    float blend;
    /// (degree + 1) x padded channels: the constants of all channels first, then the factors of z, z^2, ...
    const float *coefficients;
    const float *center, *inverse_scale, *lower, *upper;
    /// Not 0: the gradient passes a clipped value as if it had not been clipped.
    int32_t passes_through;
} cdnnl_activation;

enum { CDNNL_ACTIVATION_LARGEST_DEGREE = 15 };

/// Not 0 where an x or a y is not finite. `y` may be `x`.
int32_t cdnnl_activation_forward(
    const cdnnl_tensor *tensor, const float *x, float *y, const cdnnl_activation *activation);

/// dx = dy * dy/dx + `extra`, which may be null; `dx` may be `dy`.
///
/// With a polynomial, adds blend * sum of dy * z^k over images, height and width to `powers`, of the shape of the
/// coefficients.
void cdnnl_activation_backward(
    const cdnnl_tensor *tensor, const float *x, const float *dy, const float *extra, float *dx, int32_t accumulate,
    const cdnnl_activation *activation, double *powers);

// MARK: - Other operations

/// dx = [dx +] a[c] dy + b[c] x + d[c], tables padded with zeros to whole blocks; `x` and `b` may both be null, and
/// `dx` may be `dy`. The derivative of an affine map, and of batch normalisation.
void cdnnl_combine_backward(
    const cdnnl_tensor *tensor, const float *dy, const float *x, float *dx, int32_t accumulate, const float *a,
    const float *b, const float *d);

/// sums[c] = sum of y, products[c] = sum of y * x over images, height and width; padded channels.
void cdnnl_channel_sums(const cdnnl_tensor *tensor, const float *y, const float *x, double *sums, double *products);

/// `tensor` is the input's.
void cdnnl_global_average_backward(const cdnnl_tensor *tensor, const float *dy, float *dx, int32_t accumulate);

/// Adds to `dx`. The first of several equal maxima gets all of the gradient.
void cdnnl_pool_backward(
    cdnnl_pool_kind kind, const cdnnl_tensor *input, int32_t output_height, int32_t output_width,
    cdnnl_window window, const float *x, const float *dy, float *dx);

/// The adjoint of `cdnnl_copy` with the same arguments: adds what stands in the box of `target` to its place in
/// `source`.
void cdnnl_copy_backward(
    const cdnnl_tensor *from, float *source, const cdnnl_tensor *to, const float *target, cdnnl_axis channel,
    cdnnl_axis height, cdnnl_axis width);

// MARK: - Normalised expansions

/// sums[c], squares[c] and fourths[c] = sums of x, x^2 and x^4 over images, height and width; padded channels.
void cdnnl_power_sums(const cdnnl_tensor *tensor, const float *x, double *sums, double *squares, double *fourths);

/// sums[c], products[c] and square_products[c] = sums of dy, dy x and dy x^2; padded channels.
void cdnnl_power_products(
    const cdnnl_tensor *tensor, const float *dy, const float *x, double *sums, double *products,
    double *square_products);

/// y = constant[c] + linear[c] x + square[c] x^2, tables padded with zeros to whole blocks.
void cdnnl_quadratic(
    const cdnnl_tensor *tensor, const float *x, float *y, const float *constant, const float *linear,
    const float *square);

/// dx = [dx +] dy (t_0[c] + t_1[c] x) + t_2[c] + t_3[c] x + t_4[c] x^3, where t_k stands at `table` + k * `row`, padded
/// with zeros to whole blocks; `dx` may be `dy`.
void cdnnl_quadratic_backward(
    const cdnnl_tensor *tensor, const float *dy, const float *x, float *dx, int32_t accumulate, const float *table,
    size_t row);

// MARK: - Terms of a loss

/// Adds factor * (a - b) to `gradient`; returns the sum of (a - b)^2.
double cdnnl_squared_difference(const float *a, const float *b, float factor, float *gradient, size_t count);

/// Adds factor * e to `gradient`, where e is how far x lies outside its channel's [lower, upper]; returns the sum of
/// e^2. Tables as those of an activation.
double cdnnl_range_excess(
    const cdnnl_tensor *tensor, const float *x, const float *lower, const float *upper, float factor,
    float *gradient);

/// Whether any of `count` values is NaN or infinite.
int32_t cdnnl_any_nonfinite(const float *x, size_t count);

/// The sum of squares.
double cdnnl_squared_norm(const float *x, size_t count);

#endif
