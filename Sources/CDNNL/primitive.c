#include "primitive.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// MARK: - Engine, threads, errors

static pthread_once_t engine_once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;

static void engine_start(void) {
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t cdnnl_engine(void) {
    pthread_once(&engine_once, engine_start);
    return engine;
}

// oneDNN brings its OpenMP runtime with it; looked up by name, it need not be found when linking, and a oneDNN
// without OpenMP works as well.
static pthread_once_t threads_once = PTHREAD_ONCE_INIT;
static void (*set_thread_count)(int);

static void threads_find(void) {
    void *symbol = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    memcpy(&set_thread_count, &symbol, sizeof symbol);
}

void cdnnl_use_calling_thread_only(void) {
    pthread_once(&threads_once, threads_find);
    if (set_thread_count) set_thread_count(1);
}

void cdnnl_version(char text[CDNNL_MESSAGE_CAPACITY]) {
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, CDNNL_MESSAGE_CAPACITY, "%d.%d.%d", version->major, version->minor, version->patch);
}

int32_t cdnnl_report(dnnl_status_t status, const char *what, char *message) {
    if (status == dnnl_success) return 0;
    const char *why = "failed";
    switch (status) {
        case dnnl_out_of_memory: why = "ran out of memory"; break;
        case dnnl_invalid_arguments: why = "got arguments that do not fit together"; break;
        case dnnl_unimplemented: why = "is not implemented for these shapes"; break;
        case dnnl_runtime_error: why = "met an error while running"; break;
        default: break;
    }
    snprintf(message, CDNNL_MESSAGE_CAPACITY, "%s %s (oneDNN status %d)", what, why, (int)status);
    return (int32_t)status;
}

// MARK: - Layouts

cdnnl_layout cdnnl_layout_create(int rank, const dnnl_dim_t *dims, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
    cdnnl_layout layout = NULL;
    return dnnl_memory_desc_create_with_tag(&layout, rank, dims, dnnl_f32, tag) == dnnl_success ? layout : NULL;
#else
    cdnnl_layout layout = malloc(sizeof *layout);
    if (layout && dnnl_memory_desc_init_by_tag(layout, rank, dims, dnnl_f32, tag) != dnnl_success) {
        free(layout);
        layout = NULL;
    }
    return layout;
#endif
}

cdnnl_layout cdnnl_layout_clone(cdnnl_const_layout layout) {
    if (!layout) return NULL;
#if DNNL_VERSION_MAJOR >= 3
    cdnnl_layout copy = NULL;
    return dnnl_memory_desc_clone(&copy, layout) == dnnl_success ? copy : NULL;
#else
    cdnnl_layout copy = malloc(sizeof *copy);
    if (copy) *copy = *layout;
    return copy;
#endif
}

void cdnnl_layout_destroy(cdnnl_layout layout) {
    if (!layout) return;
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_destroy(layout);
#else
    free(layout);
#endif
}

cdnnl_layout cdnnl_tensor_layout(cdnnl_tensor tensor) {
    dnnl_format_tag_t tag;
    if (tensor.block == 1) tag = dnnl_nchw;
    else if (tensor.block == 8) tag = dnnl_nChw8c;
    else if (tensor.block == 16) tag = dnnl_nChw16c;
    else if (tensor.block == tensor.channels) tag = dnnl_nhwc;
    else return NULL;
    dnnl_dim_t dims[] = {tensor.images, tensor.channels, tensor.height, tensor.width};
    return cdnnl_layout_create(4, dims, tag);
}

int32_t cdnnl_layout_block(cdnnl_const_layout layout, cdnnl_tensor tensor) {
    int32_t candidates[] = {1, 8, 16, tensor.channels};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        tensor.block = candidates[i];
        cdnnl_layout ours = cdnnl_tensor_layout(tensor);
        int equal = ours && dnnl_memory_desc_equal(ours, layout);
        cdnnl_layout_destroy(ours);
        if (equal) return tensor.block;
    }
    return 0;
}

// MARK: - Attributes

dnnl_alg_kind_t cdnnl_algorithm(cdnnl_epilogue epilogue, float *alpha, float *beta) {
    *alpha = epilogue.alpha;
    *beta = epilogue.beta;
    switch (epilogue.function) {
        case CDNNL_FUNCTION_RELU: return dnnl_eltwise_relu;
        case CDNNL_FUNCTION_CLIP: return dnnl_eltwise_clip;
        case CDNNL_FUNCTION_LOGISTIC: return dnnl_eltwise_logistic;
        case CDNNL_FUNCTION_TANH: return dnnl_eltwise_tanh;
        case CDNNL_FUNCTION_SWISH: *alpha = 1; return dnnl_eltwise_swish;
        // oneDNN 2 has the constants built in and ignores them.
        case CDNNL_FUNCTION_HARDSWISH: *alpha = 1.0f / 6; *beta = 0.5f; return dnnl_eltwise_hardswish;
        case CDNNL_FUNCTION_HARDSIGMOID: *alpha = 0; *beta = 1; return dnnl_eltwise_clip;
        case CDNNL_FUNCTION_GELU_ERF: return dnnl_eltwise_gelu_erf;
        case CDNNL_FUNCTION_GELU_TANH: return dnnl_eltwise_gelu_tanh;
        default: *alpha = 1; *beta = 0; return dnnl_eltwise_linear;
    }
}

static dnnl_status_t append_function(dnnl_post_ops_t operations, dnnl_alg_kind_t kind, float alpha, float beta) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_post_ops_append_eltwise(operations, kind, alpha, beta);
#else
    return dnnl_post_ops_append_eltwise(operations, 1, kind, alpha, beta);
#endif
}

static dnnl_status_t append_epilogue(dnnl_post_ops_t operations, cdnnl_epilogue epilogue) {
    dnnl_status_t status = dnnl_success;
    if (epilogue.accumulate) {
#if DNNL_VERSION_MAJOR >= 3
        status = dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
#else
        status = dnnl_post_ops_append_sum(operations, 1);
#endif
    }
    if (status == dnnl_success && epilogue.function == CDNNL_FUNCTION_HARDSIGMOID) {
        status = append_function(operations, dnnl_eltwise_linear, epilogue.alpha, epilogue.beta);
    }
    if (status == dnnl_success && epilogue.function != CDNNL_FUNCTION_NONE) {
        float alpha, beta;
        dnnl_alg_kind_t kind = cdnnl_algorithm(epilogue, &alpha, &beta);
        status = append_function(operations, kind, alpha, beta);
    }
    return status;
}

dnnl_primitive_attr_t cdnnl_attributes_create(cdnnl_epilogue epilogue) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_post_ops_t operations = NULL;
    dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
    if (status == dnnl_success) status = dnnl_post_ops_create(&operations);
    if (status == dnnl_success) status = append_epilogue(operations, epilogue);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    // oneDNN's own scratchpad belongs to a thread; with ours, a primitive may run on any, and on several at once.
    if (status == dnnl_success) {
        status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    }
    if (operations) dnnl_post_ops_destroy(operations);
    if (status == dnnl_success) return attributes;
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return NULL;
}

// MARK: - Making

dnnl_status_t cdnnl_primitive_finish(
    cdnnl_primitive *primitive, dnnl_primitive_desc_t description, cdnnl_tensor input, cdnnl_tensor output) {
    primitive->input = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, dnnl_query_src_md, 0));
    primitive->output = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, dnnl_query_dst_md, 0));
    primitive->scratch = cdnnl_layout_clone(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0));
    if (!primitive->input || !primitive->output) return dnnl_out_of_memory;
    primitive->scratch_size = primitive->scratch ? dnnl_memory_desc_get_size(primitive->scratch) : 0;
    primitive->input_block = cdnnl_layout_block(primitive->input, input);
    primitive->output_block = cdnnl_layout_block(primitive->output, output);
    return dnnl_primitive_create(&primitive->primitive, description);
}

void *cdnnl_allocate(size_t bytes) {
    void *memory = NULL;
    return posix_memalign(&memory, 64, bytes) == 0 ? memory : NULL;
}

void cdnnl_free(void *memory) { free(memory); }

dnnl_status_t cdnnl_primitive_load(
    cdnnl_primitive *primitive, dnnl_primitive_desc_t description, cdnnl_layout plain, const float *weights,
    const float *bias, int32_t bias_count) {
    cdnnl_const_layout wanted = dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0);
    cdnnl_const_layout wanted_bias = dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 1);
    if (!wanted || !wanted_bias) return dnnl_runtime_error;
    primitive->weight_values = cdnnl_allocate(dnnl_memory_desc_get_size(wanted));
    primitive->bias_values = cdnnl_allocate(dnnl_memory_desc_get_size(wanted_bias));
    if (!primitive->weight_values || !primitive->bias_values) return dnnl_out_of_memory;
    memcpy(primitive->bias_values, bias, (size_t)bias_count * sizeof(float));

    dnnl_stream_t stream = NULL;
    dnnl_memory_t given = NULL;
    dnnl_primitive_desc_t reorder_description = NULL;
    dnnl_primitive_t reorder = NULL;
    dnnl_status_t status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
    // The reorder reads through this pointer and never writes.
    if (status == dnnl_success) status = dnnl_memory_create(&given, plain, engine, (void *)weights);
    if (status == dnnl_success) {
        status = dnnl_memory_create(&primitive->weights, wanted, engine, primitive->weight_values);
    }
    if (status == dnnl_success) {
        status = dnnl_memory_create(&primitive->bias, wanted_bias, engine, primitive->bias_values);
    }
    if (status == dnnl_success) {
        status = dnnl_reorder_primitive_desc_create(&reorder_description, plain, engine, wanted, engine, NULL);
    }
    if (status == dnnl_success) status = dnnl_primitive_create(&reorder, reorder_description);
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, given}, {DNNL_ARG_TO, primitive->weights}};
        status = dnnl_primitive_execute(reorder, stream, 2, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(stream);
    if (reorder) dnnl_primitive_destroy(reorder);
    if (reorder_description) dnnl_primitive_desc_destroy(reorder_description);
    if (given) dnnl_memory_destroy(given);
    if (stream) dnnl_stream_destroy(stream);
    return status;
}

void cdnnl_primitive_destroy(cdnnl_primitive *primitive) {
    if (!primitive) return;
    if (primitive->weights) dnnl_memory_destroy(primitive->weights);
    if (primitive->bias) dnnl_memory_destroy(primitive->bias);
    if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
    cdnnl_layout_destroy(primitive->input);
    cdnnl_layout_destroy(primitive->output);
    cdnnl_layout_destroy(primitive->scratch);
    cdnnl_free(primitive->weight_values);
    cdnnl_free(primitive->bias_values);
    free(primitive);
}

int32_t cdnnl_primitive_input_block(const cdnnl_primitive *primitive) { return primitive->input_block; }
int32_t cdnnl_primitive_output_block(const cdnnl_primitive *primitive) { return primitive->output_block; }
size_t cdnnl_primitive_scratch_size(const cdnnl_primitive *primitive) { return primitive->scratch_size; }
