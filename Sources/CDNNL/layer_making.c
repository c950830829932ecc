#include <stdlib.h>
#include <string.h>

#include "layer.h"

// The descriptions differ between oneDNN 2 and 3; what follows from them does not.

/// Which tensors a description calls by which name.
typedef struct {
    dnnl_query_t input, output, weights;
} tensor_names;

static const tensor_names forward_names = {dnnl_query_src_md, dnnl_query_dst_md, dnnl_query_weights_md};
static const tensor_names backward_names = {dnnl_query_diff_src_md, dnnl_query_diff_dst_md, dnnl_query_weights_md};
static const tensor_names gradient_names = {dnnl_query_src_md, dnnl_query_diff_dst_md, dnnl_query_diff_weights_md};

static int is_reference(dnnl_primitive_desc_t description) {
    const char *name = NULL;
    dnnl_status_t status = dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name);
    return status == dnnl_success && name && strncmp(name, "ref", 3) == 0;
}

static dnnl_status_t make_reorder(dnnl_primitive_t *reorder, cdnnl_const_layout from, cdnnl_const_layout to) {
    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_attr_t attributes = cdnnl_attributes_create((cdnnl_epilogue){0});
    if (!attributes) return dnnl_out_of_memory;
    dnnl_status_t status =
        dnnl_reorder_primitive_desc_create(&description, from, cdnnl_engine(), to, cdnnl_engine(), attributes);
    // One that needs working memory would get none.
    if (status == dnnl_success) {
        cdnnl_const_layout scratch = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
        if (scratch && dnnl_memory_desc_get_size(scratch) > 0) status = dnnl_unimplemented;
    }
    if (status == dnnl_success) status = dnnl_primitive_create(reorder, description);
    if (description) dnnl_primitive_desc_destroy(description);
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

/// Makes a pass of `description`, and takes `plain` over.
static dnnl_status_t finish(
    cdnnl_layer_pass *pass, dnnl_primitive_desc_t description, tensor_names names, cdnnl_layout plain) {
    pass->plain = plain;
    if (is_reference(description) && !pass->allows_reference) return dnnl_unimplemented;
    pass->input = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, names.input, 0));
    pass->output = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, names.output, 0));
    pass->weights = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, names.weights, 0));
    if (names.input == dnnl_query_src_md) {
        pass->bias = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, names.weights, 1));
        if (!pass->bias) return dnnl_out_of_memory;
    }
    pass->scratch = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0));
    if (pass->scratch && dnnl_memory_desc_get_size(pass->scratch) == 0) {
        cdnnl_layout_destroy(pass->scratch);
        pass->scratch = NULL;
    }
    if (!pass->input || !pass->output || !pass->weights || !plain) return dnnl_out_of_memory;
    int writes_weights = names.weights == dnnl_query_diff_weights_md;
    if (!writes_weights) {
        pass->weight_values = cdnnl_allocate(dnnl_memory_desc_get_size(pass->weights));
        if (!pass->weight_values) return dnnl_out_of_memory;
        if (pass->bias) {
            pass->bias_values = cdnnl_allocate(dnnl_memory_desc_get_size(pass->bias));
            if (!pass->bias_values) return dnnl_out_of_memory;
        }
    }
    dnnl_status_t status = dnnl_success;
    if (!dnnl_memory_desc_equal(pass->weights, plain)) {
        status = writes_weights ? make_reorder(&pass->reorder, pass->weights, plain)
                                : make_reorder(&pass->reorder, plain, pass->weights);
    }
    return status == dnnl_success ? dnnl_primitive_create(&pass->primitive, description) : status;
}

// MARK: - Convolutions

typedef struct {
    dnnl_dims_t strides, dilations, before, after;
} window_dims;

static window_dims dims_of(const cdnnl_window *window) {
    return (window_dims){
        {window->stride_height, window->stride_width},
        {window->dilation_height - 1, window->dilation_width - 1},
        {window->top, window->left},
        {window->bottom, window->right}};
}

/// Without groups, weights have no axis for them.
static cdnnl_layout weight_layout(const cdnnl_convolution *shape, int plain) {
    dnnl_dim_t groups = shape->groups;
    dnnl_dim_t dims[] = {
        groups, shape->output_channels / groups, shape->input_channels / groups, shape->window.kernel_height,
        shape->window.kernel_width};
    if (groups > 1) return cdnnl_layout_create(5, dims, plain ? dnnl_goihw : dnnl_format_tag_any);
    return cdnnl_layout_create(4, dims + 1, plain ? dnnl_oihw : dnnl_format_tag_any);
}

static cdnnl_layout bias_layout(dnnl_dim_t count) { return cdnnl_layout_create(1, &count, dnnl_a); }

dnnl_status_t cdnnl_layer_convolution_forward(
    cdnnl_layer_pass *pass, const cdnnl_convolution *shape, dnnl_format_tag_t tag, dnnl_primitive_desc_t *hint) {
    dnnl_dim_t input[] = {shape->images, shape->input_channels, shape->input_height, shape->input_width};
    dnnl_dim_t output[] = {shape->images, shape->output_channels, shape->output_height, shape->output_width};
    cdnnl_layout source = cdnnl_layout_create(4, input, tag), target = cdnnl_layout_create(4, output, tag);
    cdnnl_layout wanted = weight_layout(shape, 0), bias = bias_layout(shape->output_channels);
    dnnl_primitive_attr_t attributes = cdnnl_attributes_create((cdnnl_epilogue){0});
    dnnl_status_t status = source && target && wanted && bias && attributes ? dnnl_success : dnnl_out_of_memory;
    window_dims w = dims_of(&shape->window);
    pass->allows_reference = tag == dnnl_nchw;
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_convolution_forward_primitive_desc_create(
            hint, cdnnl_engine(), dnnl_forward_training, dnnl_convolution_direct, source, wanted, bias, target,
            w.strides, w.dilations, w.before, w.after, attributes);
#else
        dnnl_convolution_desc_t operation;
        status = dnnl_dilated_convolution_forward_desc_init(
            &operation, dnnl_forward_training, dnnl_convolution_direct, source, wanted, bias, target, w.strides,
            w.dilations, w.before, w.after);
        if (status == dnnl_success) {
            status = dnnl_primitive_desc_create(hint, &operation, attributes, cdnnl_engine(), NULL);
        }
#endif
    }
    if (status == dnnl_success) status = finish(pass, *hint, forward_names, weight_layout(shape, 1));
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    cdnnl_layout_destroy(source);
    cdnnl_layout_destroy(target);
    cdnnl_layout_destroy(wanted);
    cdnnl_layout_destroy(bias);
    return status;
}

dnnl_status_t cdnnl_layer_convolution_backward(
    cdnnl_layer_pass *pass, const cdnnl_convolution *shape, const cdnnl_layer_pass *forward,
    dnnl_primitive_desc_t hint) {
    cdnnl_layout wanted = weight_layout(shape, 0);
    dnnl_primitive_attr_t attributes = cdnnl_attributes_create((cdnnl_epilogue){0});
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = wanted && attributes ? dnnl_success : dnnl_out_of_memory;
    window_dims w = dims_of(&shape->window);
    pass->allows_reference = forward->allows_reference;
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_convolution_backward_data_primitive_desc_create(
            &description, cdnnl_engine(), dnnl_convolution_direct, forward->input, wanted, forward->output,
            w.strides, w.dilations, w.before, w.after, hint, attributes);
#else
        dnnl_convolution_desc_t operation;
        status = dnnl_dilated_convolution_backward_data_desc_init(
            &operation, dnnl_convolution_direct, forward->input, wanted, forward->output, w.strides, w.dilations,
            w.before, w.after);
        if (status == dnnl_success) {
            status = dnnl_primitive_desc_create(&description, &operation, attributes, cdnnl_engine(), hint);
        }
#endif
    }
    if (status == dnnl_success) status = finish(pass, description, backward_names, weight_layout(shape, 1));
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    cdnnl_layout_destroy(wanted);
    return status;
}

dnnl_status_t cdnnl_layer_convolution_gradient(
    cdnnl_layer_pass *pass, const cdnnl_convolution *shape, const cdnnl_layer_pass *forward,
    dnnl_primitive_desc_t hint) {
    cdnnl_layout wanted = weight_layout(shape, 0), bias = bias_layout(shape->output_channels);
    dnnl_primitive_attr_t attributes = cdnnl_attributes_create((cdnnl_epilogue){0});
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = wanted && bias && attributes ? dnnl_success : dnnl_out_of_memory;
    window_dims w = dims_of(&shape->window);
    pass->allows_reference = forward->allows_reference;
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_convolution_backward_weights_primitive_desc_create(
            &description, cdnnl_engine(), dnnl_convolution_direct, forward->input, wanted, bias, forward->output,
            w.strides, w.dilations, w.before, w.after, hint, attributes);
#else
        dnnl_convolution_desc_t operation;
        status = dnnl_dilated_convolution_backward_weights_desc_init(
            &operation, dnnl_convolution_direct, forward->input, wanted, bias, forward->output, w.strides,
            w.dilations, w.before, w.after);
        if (status == dnnl_success) {
            status = dnnl_primitive_desc_create(&description, &operation, attributes, cdnnl_engine(), hint);
        }
#endif
    }
    if (status == dnnl_success) status = finish(pass, description, gradient_names, weight_layout(shape, 1));
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    cdnnl_layout_destroy(wanted);
    cdnnl_layout_destroy(bias);
    return status;
}

// MARK: - Linear layers

typedef struct {
    cdnnl_layout source, target, weights, bias;
    dnnl_primitive_attr_t attributes;
} linear_layouts;

#if DNNL_VERSION_MAJOR >= 3
static dnnl_status_t describe_linear(
    dnnl_primitive_desc_t *description, tensor_names names, const linear_layouts *of, dnnl_primitive_desc_t hint) {
    if (names.output == dnnl_query_dst_md) {
        return dnnl_inner_product_forward_primitive_desc_create(
            description, cdnnl_engine(), dnnl_forward_training, of->source, of->weights, of->bias, of->target,
            of->attributes);
    }
    if (names.input == dnnl_query_diff_src_md) {
        return dnnl_inner_product_backward_data_primitive_desc_create(
            description, cdnnl_engine(), of->source, of->weights, of->target, hint, of->attributes);
    }
    return dnnl_inner_product_backward_weights_primitive_desc_create(
        description, cdnnl_engine(), of->source, of->weights, of->bias, of->target, hint, of->attributes);
}
#else
static dnnl_status_t describe_linear(
    dnnl_primitive_desc_t *description, tensor_names names, const linear_layouts *of, dnnl_primitive_desc_t hint) {
    dnnl_inner_product_desc_t operation;
    dnnl_status_t status;
    if (names.output == dnnl_query_dst_md) {
        status = dnnl_inner_product_forward_desc_init(
            &operation, dnnl_forward_training, of->source, of->weights, of->bias, of->target);
    } else if (names.input == dnnl_query_diff_src_md) {
        status = dnnl_inner_product_backward_data_desc_init(&operation, of->source, of->weights, of->target);
    } else {
        status = dnnl_inner_product_backward_weights_desc_init(
            &operation, of->source, of->weights, of->bias, of->target);
    }
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, of->attributes, cdnnl_engine(), hint);
}
#endif

static dnnl_status_t make_linear(
    cdnnl_layer_pass *pass, tensor_names names, const linear_layouts *of, dnnl_primitive_desc_t hint,
    dnnl_primitive_desc_t *kept) {
    dnnl_primitive_desc_t description = NULL;
    pass->allows_reference = 1;
    dnnl_status_t status = describe_linear(&description, names, of, hint);
    if (status == dnnl_success) status = finish(pass, description, names, cdnnl_layout_clone(of->weights));
    if (kept) *kept = description;
    else if (description) dnnl_primitive_desc_destroy(description);
    return status;
}

dnnl_status_t cdnnl_layer_linear_passes(
    cdnnl_layer_pass *forward, cdnnl_layer_pass *backward, cdnnl_layer_pass *gradient, int32_t images,
    int32_t inputs, int32_t outputs) {
    dnnl_dim_t input[] = {images, inputs}, output[] = {images, outputs}, matrix[] = {outputs, inputs};
    linear_layouts of = {
        cdnnl_layout_create(2, input, dnnl_ab), cdnnl_layout_create(2, output, dnnl_ab),
        cdnnl_layout_create(2, matrix, dnnl_ab), bias_layout(outputs),
        cdnnl_attributes_create((cdnnl_epilogue){0})};
    dnnl_primitive_desc_t hint = NULL;
    dnnl_status_t status =
        of.source && of.target && of.weights && of.bias && of.attributes ? dnnl_success : dnnl_out_of_memory;
    if (status == dnnl_success) status = make_linear(forward, forward_names, &of, NULL, &hint);
    if (status == dnnl_success && backward) status = make_linear(backward, backward_names, &of, hint, NULL);
    if (status == dnnl_success) status = make_linear(gradient, gradient_names, &of, hint, NULL);
    if (hint) dnnl_primitive_desc_destroy(hint);
    if (of.attributes) dnnl_primitive_attr_destroy(of.attributes);
    cdnnl_layout_destroy(of.source);
    cdnnl_layout_destroy(of.target);
    cdnnl_layout_destroy(of.weights);
    cdnnl_layout_destroy(of.bias);
    return status;
}
