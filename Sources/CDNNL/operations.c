#include "primitive.h"

#include <stdlib.h>

// MARK: - Descriptions, which differ between oneDNN 2 and 3

/// With a kind of its own for inference, oneDNN 2.6 on AVX-512 prefers copies of all windows and a matrix product to its direct
/// convolutions when there are few channels: several times slower, and in layouts that shut out ours. What 3 prefers was not
/// measured.
static const dnnl_prop_kind_t convolution_kind = dnnl_forward_training;

static dnnl_status_t describe_convolution(
    dnnl_primitive_desc_t *description, const cdnnl_window *window, cdnnl_layout source, cdnnl_layout weights,
    cdnnl_layout bias, cdnnl_layout target, dnnl_primitive_attr_t attributes) {
    dnnl_dims_t strides = {window->stride_height, window->stride_width};
    dnnl_dims_t dilations = {window->dilation_height - 1, window->dilation_width - 1};
    dnnl_dims_t before = {window->top, window->left};
    dnnl_dims_t after = {window->bottom, window->right};
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_forward_primitive_desc_create(
        description, cdnnl_engine(), convolution_kind, dnnl_convolution_direct, source, weights, bias, target,
        strides, dilations, before, after, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, convolution_kind, dnnl_convolution_direct, source, weights, bias, target, strides,
        dilations, before, after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, cdnnl_engine(), NULL);
#endif
}

static dnnl_status_t describe_linear(
    dnnl_primitive_desc_t *description, cdnnl_layout source, cdnnl_layout weights, cdnnl_layout bias,
    cdnnl_layout target, dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_inner_product_forward_primitive_desc_create(
        description, cdnnl_engine(), dnnl_forward_inference, source, weights, bias, target, attributes);
#else
    dnnl_inner_product_desc_t operation;
    dnnl_status_t status = dnnl_inner_product_forward_desc_init(
        &operation, dnnl_forward_inference, source, weights, bias, target);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, cdnnl_engine(), NULL);
#endif
}

static dnnl_status_t describe_pool(
    dnnl_primitive_desc_t *description, dnnl_alg_kind_t kind, const cdnnl_window *window, cdnnl_layout source,
    cdnnl_layout target, dnnl_primitive_attr_t attributes) {
    dnnl_dims_t strides = {window->stride_height, window->stride_width};
    dnnl_dims_t kernel = {window->kernel_height, window->kernel_width};
    dnnl_dims_t dilations = {window->dilation_height - 1, window->dilation_width - 1};
    dnnl_dims_t before = {window->top, window->left};
    dnnl_dims_t after = {window->bottom, window->right};
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_pooling_forward_primitive_desc_create(
        description, cdnnl_engine(), dnnl_forward_inference, kind, source, target, strides, kernel, dilations, before,
        after, attributes);
#else
    dnnl_pooling_v2_desc_t operation;
    dnnl_status_t status = dnnl_pooling_v2_forward_desc_init(
        &operation, dnnl_forward_inference, kind, source, target, strides, kernel, dilations, before, after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, cdnnl_engine(), NULL);
#endif
}

static dnnl_status_t describe_function(
    dnnl_primitive_desc_t *description, dnnl_alg_kind_t kind, float alpha, float beta, cdnnl_layout layout,
    dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_eltwise_forward_primitive_desc_create(
        description, cdnnl_engine(), dnnl_forward_inference, kind, layout, layout, alpha, beta, attributes);
#else
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status =
        dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_inference, kind, layout, alpha, beta);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, cdnnl_engine(), NULL);
#endif
}

// MARK: - Operations

/// Room for what is to be made.
static dnnl_status_t begin(cdnnl_primitive **made) {
    *made = NULL;
    if (!cdnnl_engine()) return dnnl_runtime_error;
    *made = calloc(1, sizeof **made);
    return *made ? dnnl_success : dnnl_out_of_memory;
}

/// Hands over what was made, or takes it down again.
static int32_t conclude(
    dnnl_status_t status, cdnnl_primitive *made, cdnnl_primitive **primitive, const char *what, char *message) {
    if (status == dnnl_success) *primitive = made;
    else cdnnl_primitive_destroy(made);
    return cdnnl_report(status, what, message);
}

static dnnl_status_t make_convolution(
    cdnnl_primitive *made, const cdnnl_convolution *shape, const float *weights, const float *bias,
    cdnnl_epilogue epilogue, dnnl_format_tag_t activations) {
    const cdnnl_window *window = &shape->window;
    dnnl_dim_t input[] = {shape->images, shape->input_channels, shape->input_height, shape->input_width};
    dnnl_dim_t output[] = {shape->images, shape->output_channels, shape->output_height, shape->output_width};
    dnnl_dim_t groups = shape->groups;
    dnnl_dim_t kernel[] = {
        groups, shape->output_channels / groups, shape->input_channels / groups, window->kernel_height,
        window->kernel_width};
    // Without groups, the weights have no axis for them.
    const dnnl_dim_t *dims = groups > 1 ? kernel : kernel + 1;
    int rank = groups > 1 ? 5 : 4;
    dnnl_dim_t outputs[] = {shape->output_channels};

    cdnnl_layout source = cdnnl_layout_create(4, input, activations);
    cdnnl_layout target = cdnnl_layout_create(4, output, activations);
    cdnnl_layout wanted = cdnnl_layout_create(rank, dims, dnnl_format_tag_any);
    cdnnl_layout plain = cdnnl_layout_create(rank, dims, groups > 1 ? dnnl_goihw : dnnl_oihw);
    cdnnl_layout offset = cdnnl_layout_create(1, outputs, dnnl_a);
    dnnl_primitive_attr_t attributes = cdnnl_attributes_create(epilogue);
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status =
        source && target && wanted && plain && offset && attributes ? dnnl_success : dnnl_out_of_memory;
    if (status == dnnl_success) {
        status = describe_convolution(&description, window, source, wanted, offset, target, attributes);
    }
    if (status == dnnl_success) {
        cdnnl_tensor from = {
            shape->images, shape->input_channels, shape->input_height, shape->input_width, 0};
        cdnnl_tensor to = {
            shape->images, shape->output_channels, shape->output_height, shape->output_width, 0};
        status = cdnnl_primitive_finish(made, description, from, to);
    }
    if (status == dnnl_success) {
        status = cdnnl_primitive_load(made, description, plain, weights, bias, shape->output_channels);
    }
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    cdnnl_layout_destroy(source);
    cdnnl_layout_destroy(target);
    cdnnl_layout_destroy(wanted);
    cdnnl_layout_destroy(plain);
    cdnnl_layout_destroy(offset);
    return status;
}

/// Takes a convolution over from oneDNN, in the layouts that it chose, where our own way is the faster one.
static dnnl_status_t replace_convolution(
    cdnnl_primitive *made, const cdnnl_convolution *shape, const float *weights, const float *bias,
    cdnnl_epilogue epilogue) {
    int32_t block = made->input_block;
    if (made->output_block != block || !cdnnl_winograd_fits(shape, epilogue, block)) return dnnl_success;
    made->winograd = cdnnl_winograd_create(shape, weights, bias, epilogue, block);
    if (!made->winograd) return dnnl_out_of_memory;
    made->accumulates = epilogue.accumulate;
    made->scratch_size = cdnnl_winograd_scratch_size(made->winograd);
    cdnnl_primitive_release(made);
    return dnnl_success;
}

int32_t cdnnl_convolution_create(
    cdnnl_primitive **primitive, const cdnnl_convolution *shape, const float *weights, const float *bias,
    cdnnl_epilogue epilogue, char message[CDNNL_MESSAGE_CAPACITY]) {
    *primitive = NULL;
    // Any layout that oneDNN likes, unless it likes one that our own kernels cannot read.
    const dnnl_format_tag_t choices[] = {dnnl_format_tag_any, dnnl_nchw};
    for (int i = 0; i < 2; i++) {
        cdnnl_primitive *made;
        dnnl_status_t status = begin(&made);
        if (status == dnnl_success) {
            status = make_convolution(made, shape, weights, bias, epilogue, choices[i]);
        }
        if (status == dnnl_success && (made->input_block == 0 || made->output_block == 0)) {
            status = dnnl_unimplemented;
        }
        if (status == dnnl_success) status = replace_convolution(made, shape, weights, bias, epilogue);
        if (conclude(status, made, primitive, "making a convolution", message) == 0) return 0;
    }
    return dnnl_unimplemented;
}

int32_t cdnnl_linear_create(
    cdnnl_primitive **primitive, int32_t images, int32_t inputs, int32_t outputs, const float *weights,
    const float *bias, cdnnl_epilogue epilogue, char message[CDNNL_MESSAGE_CAPACITY]) {
    *primitive = NULL;
    dnnl_dim_t input[] = {images, inputs}, output[] = {images, outputs}, matrix[] = {outputs, inputs};
    cdnnl_layout source = cdnnl_layout_create(2, input, dnnl_ab);
    cdnnl_layout target = cdnnl_layout_create(2, output, dnnl_ab);
    cdnnl_layout wanted = cdnnl_layout_create(2, matrix, dnnl_format_tag_any);
    cdnnl_layout plain = cdnnl_layout_create(2, matrix, dnnl_ab);
    cdnnl_layout offset = cdnnl_layout_create(1, output + 1, dnnl_a);
    dnnl_primitive_attr_t attributes = cdnnl_attributes_create(epilogue);
    dnnl_primitive_desc_t description = NULL;
    cdnnl_primitive *made;
    dnnl_status_t status = begin(&made);
    if (status == dnnl_success && (!source || !target || !wanted || !plain || !offset || !attributes)) {
        status = dnnl_out_of_memory;
    }
    if (status == dnnl_success) {
        status = describe_linear(&description, source, wanted, offset, target, attributes);
    }
    if (status == dnnl_success) {
        cdnnl_tensor unused = {images, inputs, 1, 1, 0};
        status = cdnnl_primitive_finish(made, description, unused, unused);
        made->input_block = made->output_block = 1;
    }
    if (status == dnnl_success) {
        status = cdnnl_primitive_load(made, description, plain, weights, bias, outputs);
    }
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    cdnnl_layout_destroy(source);
    cdnnl_layout_destroy(target);
    cdnnl_layout_destroy(wanted);
    cdnnl_layout_destroy(plain);
    cdnnl_layout_destroy(offset);
    return conclude(status, made, primitive, "making a linear layer", message);
}

int32_t cdnnl_pool_create(
    cdnnl_primitive **primitive, cdnnl_pool_kind kind, cdnnl_tensor input, int32_t output_height,
    int32_t output_width, cdnnl_window window, char message[CDNNL_MESSAGE_CAPACITY]) {
    *primitive = NULL;
    dnnl_alg_kind_t algorithm = dnnl_pooling_max;
    if (kind == CDNNL_POOL_AVERAGE_WITH_PADDING) algorithm = dnnl_pooling_avg_include_padding;
    if (kind == CDNNL_POOL_AVERAGE_WITHOUT_PADDING) algorithm = dnnl_pooling_avg_exclude_padding;
    cdnnl_tensor output = {input.images, input.channels, output_height, output_width, input.block};
    cdnnl_layout source = cdnnl_tensor_layout(input);
    cdnnl_layout target = cdnnl_tensor_layout(output);
    dnnl_primitive_attr_t attributes = cdnnl_attributes_create((cdnnl_epilogue){0});
    dnnl_primitive_desc_t description = NULL;
    cdnnl_primitive *made;
    dnnl_status_t status = begin(&made);
    if (status == dnnl_success && (!source || !target || !attributes)) status = dnnl_out_of_memory;
    if (status == dnnl_success) {
        status = describe_pool(&description, algorithm, &window, source, target, attributes);
    }
    if (status == dnnl_success) status = cdnnl_primitive_finish(made, description, input, output);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    cdnnl_layout_destroy(source);
    cdnnl_layout_destroy(target);
    return conclude(status, made, primitive, "making a pooling layer", message);
}

int32_t cdnnl_function_create(
    cdnnl_primitive **primitive, cdnnl_tensor tensor, cdnnl_epilogue epilogue,
    char message[CDNNL_MESSAGE_CAPACITY]) {
    *primitive = NULL;
    float alpha, beta;
    dnnl_alg_kind_t algorithm = cdnnl_algorithm(epilogue, &alpha, &beta);
    cdnnl_layout layout = cdnnl_tensor_layout(tensor);
    dnnl_primitive_attr_t attributes = NULL;
    if (epilogue.function == CDNNL_FUNCTION_HARDSIGMOID) {
        attributes = cdnnl_attributes_create((cdnnl_epilogue){0, CDNNL_FUNCTION_CLIP, alpha, beta});
        algorithm = dnnl_eltwise_linear;
        alpha = epilogue.alpha;
        beta = epilogue.beta;
    } else {
        attributes = cdnnl_attributes_create((cdnnl_epilogue){0});
    }
    dnnl_primitive_desc_t description = NULL;
    cdnnl_primitive *made;
    dnnl_status_t status = begin(&made);
    if (status == dnnl_success && (!layout || !attributes)) status = dnnl_out_of_memory;
    if (status == dnnl_success) {
        status = describe_function(&description, algorithm, alpha, beta, layout, attributes);
    }
    if (status == dnnl_success) status = cdnnl_primitive_finish(made, description, tensor, tensor);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    cdnnl_layout_destroy(layout);
    return conclude(status, made, primitive, "making an activation", message);
}
