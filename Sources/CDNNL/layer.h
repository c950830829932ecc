// One pass of a layer over oneDNN: described here, run here, put together in layer.c.

#ifndef CDNNL_LAYER_H
#define CDNNL_LAYER_H

#include "primitive.h"

/// All zero before it is made, and after it is released. Which tensors are gradients depends on the pass.
typedef struct {
    dnnl_primitive_t primitive;
    cdnnl_layout input, output, weights, bias, scratch;
    /// Between row-major weights and the layout that the pass wants, in the pass's direction; null where they agree.
    dnnl_primitive_t reorder;
    cdnnl_layout plain;
    /// Weights in the wanted layout; null for the gradient's pass, which goes through the scratch.
    float *weight_values;
    float *bias_values;
    /// Whether oneDNN's slow reference kernels will do, since there is nothing else.
    int32_t allows_reference;
} cdnnl_layer_pass;

void cdnnl_layer_pass_release(cdnnl_layer_pass *pass);
/// Bytes.
size_t cdnnl_layer_pass_scratch(const cdnnl_layer_pass *pass);

/// `hint` receives the description that the backward passes ask for; the caller destroys it.
dnnl_status_t cdnnl_layer_convolution_forward(
    cdnnl_layer_pass *pass, const cdnnl_convolution *shape, dnnl_format_tag_t tag, dnnl_primitive_desc_t *hint);
/// In the layouts of `forward`.
dnnl_status_t cdnnl_layer_convolution_backward(
    cdnnl_layer_pass *pass, const cdnnl_convolution *shape, const cdnnl_layer_pass *forward,
    dnnl_primitive_desc_t hint);
dnnl_status_t cdnnl_layer_convolution_gradient(
    cdnnl_layer_pass *pass, const cdnnl_convolution *shape, const cdnnl_layer_pass *forward,
    dnnl_primitive_desc_t hint);

/// `backward` may be null.
dnnl_status_t cdnnl_layer_linear_passes(
    cdnnl_layer_pass *forward, cdnnl_layer_pass *backward, cdnnl_layer_pass *gradient, int32_t images,
    int32_t inputs, int32_t outputs);

dnnl_status_t cdnnl_layer_pass_load(cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *weights);
dnnl_status_t cdnnl_layer_pass_forward(
    const cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *input, float *output, void *scratch);
dnnl_status_t cdnnl_layer_pass_backward(
    const cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *output_gradient, float *input_gradient,
    void *scratch);
dnnl_status_t cdnnl_layer_pass_gradient(
    const cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *input, const float *output_gradient,
    float *weights, float *bias, void *scratch);

/// Runs a primitive over buffers; entries without layout are left out.
typedef struct {
    int argument;
    cdnnl_const_layout layout;
    const void *values;
} cdnnl_argument;

dnnl_status_t cdnnl_execute(
    dnnl_primitive_t primitive, cdnnl_stream *stream, const cdnnl_argument *arguments, int count);

#endif
