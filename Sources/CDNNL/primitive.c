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

void cdnnl_primitive_release(cdnnl_primitive *primitive) {
    if (primitive->weights) dnnl_memory_destroy(primitive->weights);
    if (primitive->bias) dnnl_memory_destroy(primitive->bias);
    if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
    cdnnl_layout_destroy(primitive->input);
    cdnnl_layout_destroy(primitive->output);
    cdnnl_layout_destroy(primitive->scratch);
    cdnnl_free(primitive->weight_values);
    cdnnl_free(primitive->bias_values);
    primitive->weights = primitive->bias = NULL;
    primitive->primitive = NULL;
    primitive->input = primitive->output = primitive->scratch = NULL;
    primitive->weight_values = primitive->bias_values = NULL;
}

void cdnnl_primitive_destroy(cdnnl_primitive *primitive) {
    if (!primitive) return;
    cdnnl_primitive_release(primitive);
    cdnnl_winograd_destroy(primitive->winograd);
    free(primitive);
}

int32_t cdnnl_primitive_input_block(const cdnnl_primitive *primitive) { return primitive->input_block; }
int32_t cdnnl_primitive_output_block(const cdnnl_primitive *primitive) { return primitive->output_block; }
size_t cdnnl_primitive_scratch_size(const cdnnl_primitive *primitive) { return primitive->scratch_size; }
