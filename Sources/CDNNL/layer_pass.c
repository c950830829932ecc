#include <stdlib.h>
#include <string.h>

#include "layer.h"

void cdnnl_layer_pass_release(cdnnl_layer_pass *pass) {
    if (pass->primitive) dnnl_primitive_destroy(pass->primitive);
    if (pass->reorder) dnnl_primitive_destroy(pass->reorder);
    cdnnl_layout_destroy(pass->input);
    cdnnl_layout_destroy(pass->output);
    cdnnl_layout_destroy(pass->weights);
    cdnnl_layout_destroy(pass->bias);
    cdnnl_layout_destroy(pass->scratch);
    cdnnl_layout_destroy(pass->plain);
    cdnnl_free(pass->weight_values);
    cdnnl_free(pass->bias_values);
    memset(pass, 0, sizeof *pass);
}

static size_t whole_lines(size_t bytes) { return (bytes + 63) / 64 * 64; }

/// What oneDNN itself needs, in whole cache lines; weights that await their reorder stand behind it.
static size_t primitive_scratch(const cdnnl_layer_pass *pass) {
    return pass->scratch ? whole_lines(dnnl_memory_desc_get_size(pass->scratch)) : 0;
}

size_t cdnnl_layer_pass_scratch(const cdnnl_layer_pass *pass) {
    if (!pass->primitive) return 0;
    size_t weights = pass->reorder && !pass->weight_values ? dnnl_memory_desc_get_size(pass->weights) : 0;
    return primitive_scratch(pass) + whole_lines(weights);
}

dnnl_status_t cdnnl_execute(
    dnnl_primitive_t primitive, cdnnl_stream *stream, const cdnnl_argument *arguments, int count) {
    enum { LARGEST = 6 };
    dnnl_exec_arg_t bound[LARGEST];
    int used = 0;
    dnnl_status_t status = dnnl_success;
    for (int i = 0; i < count && status == dnnl_success; i++) {
        if (!arguments[i].layout) continue;
        // Inputs are only read; oneDNN has no constant memory objects.
        dnnl_memory_t memory = NULL;
        status = dnnl_memory_create(&memory, arguments[i].layout, cdnnl_engine(), (void *)arguments[i].values);
        if (status == dnnl_success) bound[used++] = (dnnl_exec_arg_t){arguments[i].argument, memory};
    }
    if (status == dnnl_success) status = dnnl_primitive_execute(primitive, stream->stream, used, bound);
    if (status == dnnl_success) status = dnnl_stream_wait(stream->stream);
    for (int i = 0; i < used; i++) dnnl_memory_destroy(bound[i].memory);
    return status;
}

// MARK: - Running

dnnl_status_t cdnnl_layer_pass_load(cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *weights) {
    if (!pass->reorder) {
        memcpy(pass->weight_values, weights, dnnl_memory_desc_get_size(pass->weights));
        return dnnl_success;
    }
    const cdnnl_argument arguments[] = {
        {DNNL_ARG_FROM, pass->plain, weights}, {DNNL_ARG_TO, pass->weights, pass->weight_values}};
    return cdnnl_execute(pass->reorder, stream, arguments, 2);
}

dnnl_status_t cdnnl_layer_pass_forward(
    const cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *input, float *output, void *scratch) {
    const cdnnl_argument arguments[] = {
        {DNNL_ARG_SRC, pass->input, input},
        {DNNL_ARG_WEIGHTS, pass->weights, pass->weight_values},
        {DNNL_ARG_BIAS, pass->bias, pass->bias_values},
        {DNNL_ARG_DST, pass->output, output},
        {DNNL_ARG_SCRATCHPAD, pass->scratch, scratch}};
    return cdnnl_execute(pass->primitive, stream, arguments, 5);
}

dnnl_status_t cdnnl_layer_pass_backward(
    const cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *output_gradient, float *input_gradient,
    void *scratch) {
    const cdnnl_argument arguments[] = {
        {DNNL_ARG_DIFF_DST, pass->output, output_gradient},
        {DNNL_ARG_WEIGHTS, pass->weights, pass->weight_values},
        {DNNL_ARG_DIFF_SRC, pass->input, input_gradient},
        {DNNL_ARG_SCRATCHPAD, pass->scratch, scratch}};
    return cdnnl_execute(pass->primitive, stream, arguments, 4);
}

dnnl_status_t cdnnl_layer_pass_gradient(
    const cdnnl_layer_pass *pass, cdnnl_stream *stream, const float *input, const float *output_gradient,
    float *weights, float *bias, void *scratch) {
    float *wanted = pass->reorder ? (float *)((char *)scratch + primitive_scratch(pass)) : weights;
    const cdnnl_argument arguments[] = {
        {DNNL_ARG_SRC, pass->input, input},
        {DNNL_ARG_DIFF_DST, pass->output, output_gradient},
        {DNNL_ARG_DIFF_WEIGHTS, pass->weights, wanted},
        {DNNL_ARG_DIFF_BIAS, pass->bias, bias},
        {DNNL_ARG_SCRATCHPAD, pass->scratch, scratch}};
    dnnl_status_t status = cdnnl_execute(pass->primitive, stream, arguments, 5);
    if (status != dnnl_success || !pass->reorder) return status;
    const cdnnl_argument order[] = {
        {DNNL_ARG_FROM, pass->weights, wanted}, {DNNL_ARG_TO, pass->plain, weights}};
    return cdnnl_execute(pass->reorder, stream, order, 2);
}
