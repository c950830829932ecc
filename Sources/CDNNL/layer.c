#include <stdlib.h>
#include <string.h>

#include "layer.h"
#include "primitive.h"

// A layer is three passes: forward, backward to the input, backward to the weights. Each is oneDNN's or our own.

struct cdnnl_layer {
    cdnnl_layer_pass forward, backward, gradient;
    /// Ours in place of oneDNN's, where not null; then the others are not null either, but for the input gradient.
    cdnnl_winograd *own_forward, *own_backward;
    cdnnl_winograd_gradient *own_gradient;
    int32_t input_block, output_block;
    /// Floats in one batch of outputs and of inputs, with the channels that fill blocks.
    size_t input_count, output_count;
    size_t bias_count;
    /// Bytes; the part behind it takes an input gradient that is to be added.
    size_t pass_scratch;
    int32_t has_backward;
};

// MARK: - Making

static size_t whole_lines(size_t bytes) { return (bytes + 63) / 64 * 64; }

static size_t largest(size_t a, size_t b) { return a > b ? a : b; }

static int32_t finish(dnnl_status_t status, cdnnl_layer *made, cdnnl_layer **layer, const char *what, char *message) {
    if (status == dnnl_success) {
        size_t scratch = largest(
            cdnnl_layer_pass_scratch(&made->forward),
            largest(cdnnl_layer_pass_scratch(&made->backward), cdnnl_layer_pass_scratch(&made->gradient)));
        if (made->own_forward) scratch = largest(scratch, cdnnl_winograd_scratch_size(made->own_forward));
        if (made->own_backward) scratch = largest(scratch, cdnnl_winograd_scratch_size(made->own_backward));
        if (made->own_gradient) scratch = largest(scratch, cdnnl_winograd_gradient_scratch_size(made->own_gradient));
        made->pass_scratch = whole_lines(scratch);
        *layer = made;
    } else {
        cdnnl_layer_destroy(made);
    }
    return cdnnl_report(status, what, message);
}

static size_t padded_count(const cdnnl_tensor *tensor, int32_t block) {
    size_t blocks = ((size_t)tensor->channels + (size_t)block - 1) / (size_t)block;
    return (size_t)tensor->images * blocks * (size_t)block * (size_t)tensor->height * (size_t)tensor->width;
}

/// The convolution whose forward pass is the backward pass of `shape`.
static cdnnl_convolution adjoint(const cdnnl_convolution *shape) {
    cdnnl_convolution turned = *shape;
    turned.input_channels = shape->output_channels;
    turned.input_height = shape->output_height;
    turned.input_width = shape->output_width;
    turned.output_channels = shape->input_channels;
    turned.output_height = shape->input_height;
    turned.output_width = shape->input_width;
    turned.window.top = 2 - shape->window.top;
    turned.window.left = 2 - shape->window.left;
    return turned;
}

/// Takes the three passes over where our own way runs them all; oneDNN has chosen the blocks.
static dnnl_status_t replace(cdnnl_layer *made, const cdnnl_convolution *shape) {
    int32_t block = made->input_block;
    cdnnl_epilogue none = {0};
    if (made->output_block != block || shape->groups != 1 || shape->window.top > 2 || shape->window.left > 2
        || !cdnnl_winograd_fits(shape, none, block)) {
        return dnnl_success;
    }
    cdnnl_convolution turned = adjoint(shape);
    if (made->has_backward && !cdnnl_winograd_fits(&turned, none, block)) return dnnl_success;
    made->own_forward = cdnnl_winograd_create(shape, NULL, NULL, none, block);
    made->own_gradient = cdnnl_winograd_gradient_create(shape, block);
    if (made->has_backward) made->own_backward = cdnnl_winograd_create(&turned, NULL, NULL, none, block);
    if (!made->own_forward || !made->own_gradient || (made->has_backward && !made->own_backward)) {
        return dnnl_out_of_memory;
    }
    cdnnl_layer_pass_release(&made->forward);
    cdnnl_layer_pass_release(&made->backward);
    cdnnl_layer_pass_release(&made->gradient);
    return dnnl_success;
}

static dnnl_status_t make_convolution(cdnnl_layer *made, const cdnnl_convolution *shape, dnnl_format_tag_t tag) {
    cdnnl_tensor input = {shape->images, shape->input_channels, shape->input_height, shape->input_width, 0};
    cdnnl_tensor output = {shape->images, shape->output_channels, shape->output_height, shape->output_width, 0};
    dnnl_primitive_desc_t hint = NULL;
    dnnl_status_t status = cdnnl_layer_convolution_forward(&made->forward, shape, tag, &hint);
    if (status == dnnl_success) {
        made->input_block = cdnnl_layout_block(made->forward.input, input);
        made->output_block = cdnnl_layout_block(made->forward.output, output);
        // One that our own kernels cannot read.
        if (made->input_block == 0 || made->output_block == 0) status = dnnl_unimplemented;
    }
    if (status == dnnl_success && made->has_backward) {
        status = cdnnl_layer_convolution_backward(&made->backward, shape, &made->forward, hint);
    }
    if (status == dnnl_success) {
        status = cdnnl_layer_convolution_gradient(&made->gradient, shape, &made->forward, hint);
    }
    if (hint) dnnl_primitive_desc_destroy(hint);
    if (status != dnnl_success) return status;
    made->input_count = padded_count(&input, made->input_block);
    made->output_count = padded_count(&output, made->output_block);
    made->bias_count = (size_t)shape->output_channels;
    return replace(made, shape);
}

int32_t cdnnl_layer_convolution_create(
    cdnnl_layer **layer, const cdnnl_convolution *shape, int32_t input_gradient,
    char message[CDNNL_MESSAGE_CAPACITY]) {
    *layer = NULL;
    // Any layout that oneDNN likes, unless one of the passes has no kernel for it.
    const dnnl_format_tag_t choices[] = {dnnl_format_tag_any, dnnl_nchw};
    for (int i = 0; i < 2; i++) {
        cdnnl_layer *made = cdnnl_engine() ? calloc(1, sizeof *made) : NULL;
        dnnl_status_t status = made ? dnnl_success : dnnl_out_of_memory;
        if (made) {
            made->has_backward = input_gradient;
            status = make_convolution(made, shape, choices[i]);
        }
        if (finish(status, made, layer, "making a convolution", message) == 0) return 0;
    }
    return dnnl_unimplemented;
}

int32_t cdnnl_layer_linear_create(
    cdnnl_layer **layer, int32_t images, int32_t inputs, int32_t outputs, int32_t input_gradient,
    char message[CDNNL_MESSAGE_CAPACITY]) {
    *layer = NULL;
    cdnnl_layer *made = cdnnl_engine() ? calloc(1, sizeof *made) : NULL;
    dnnl_status_t status = made ? dnnl_success : dnnl_out_of_memory;
    if (made) {
        made->has_backward = input_gradient;
        made->input_block = made->output_block = 1;
        made->input_count = (size_t)images * (size_t)inputs;
        made->output_count = (size_t)images * (size_t)outputs;
        made->bias_count = (size_t)outputs;
        status = cdnnl_layer_linear_passes(
            &made->forward, input_gradient ? &made->backward : NULL, &made->gradient, images, inputs, outputs);
    }
    return finish(status, made, layer, "making a linear layer", message);
}

void cdnnl_layer_destroy(cdnnl_layer *layer) {
    if (!layer) return;
    cdnnl_layer_pass_release(&layer->forward);
    cdnnl_layer_pass_release(&layer->backward);
    cdnnl_layer_pass_release(&layer->gradient);
    cdnnl_winograd_destroy(layer->own_forward);
    cdnnl_winograd_destroy(layer->own_backward);
    cdnnl_winograd_gradient_destroy(layer->own_gradient);
    free(layer);
}

int32_t cdnnl_layer_input_block(const cdnnl_layer *layer) { return layer->input_block; }
int32_t cdnnl_layer_output_block(const cdnnl_layer *layer) { return layer->output_block; }

size_t cdnnl_layer_scratch_size(const cdnnl_layer *layer) {
    size_t adding = layer->has_backward && !layer->own_backward ? layer->input_count * sizeof(float) : 0;
    return layer->pass_scratch + adding;
}

// MARK: - Running

int32_t cdnnl_layer_load(
    cdnnl_layer *layer, cdnnl_stream *stream, const float *weights, const float *bias,
    char message[CDNNL_MESSAGE_CAPACITY]) {
    if (layer->own_forward) {
        cdnnl_winograd_load(layer->own_forward, weights, bias, 0);
        if (layer->own_backward) cdnnl_winograd_load(layer->own_backward, weights, NULL, 1);
        return 0;
    }
    memcpy(layer->forward.bias_values, bias, layer->bias_count * sizeof(float));
    dnnl_status_t status = cdnnl_layer_pass_load(&layer->forward, stream, weights);
    if (status == dnnl_success && layer->has_backward) {
        status = cdnnl_layer_pass_load(&layer->backward, stream, weights);
    }
    return cdnnl_report(status, "loading weights", message);
}

int32_t cdnnl_layer_forward(
    const cdnnl_layer *layer, cdnnl_stream *stream, const float *input, const float *addend, float *output,
    void *scratch, char message[CDNNL_MESSAGE_CAPACITY]) {
    if (layer->own_forward) {
        cdnnl_winograd_run(layer->own_forward, input, addend, output, scratch);
        return 0;
    }
    dnnl_status_t status = cdnnl_layer_pass_forward(&layer->forward, stream, input, output, scratch);
    if (status == dnnl_success && addend) cdnnl_add(output, addend, output, layer->output_count);
    return cdnnl_report(status, "running a layer forward", message);
}

int32_t cdnnl_layer_backward(
    const cdnnl_layer *layer, cdnnl_stream *stream, const float *output_gradient, float *input_gradient,
    int32_t accumulate, void *scratch, char message[CDNNL_MESSAGE_CAPACITY]) {
    if (layer->own_backward) {
        const float *addend = accumulate ? input_gradient : NULL;
        cdnnl_winograd_run(layer->own_backward, output_gradient, addend, input_gradient, scratch);
        return 0;
    }
    float *target = accumulate ? (float *)((char *)scratch + layer->pass_scratch) : input_gradient;
    dnnl_status_t status = cdnnl_layer_pass_backward(&layer->backward, stream, output_gradient, target, scratch);
    if (status == dnnl_success && accumulate) cdnnl_add(input_gradient, target, input_gradient, layer->input_count);
    return cdnnl_report(status, "running a layer backward", message);
}

int32_t cdnnl_layer_gradient(
    const cdnnl_layer *layer, cdnnl_stream *stream, const float *input, const float *output_gradient, float *weights,
    float *bias, void *scratch, char message[CDNNL_MESSAGE_CAPACITY]) {
    if (layer->own_gradient) {
        cdnnl_winograd_gradient_run(layer->own_gradient, input, output_gradient, weights, bias, scratch);
        return 0;
    }
    dnnl_status_t status =
        cdnnl_layer_pass_gradient(&layer->gradient, stream, input, output_gradient, weights, bias, scratch);
    return cdnnl_report(status, "running a layer backward to its weights", message);
}
