#include "primitive.h"

#include <stdlib.h>

int32_t cdnnl_stream_create(cdnnl_stream **stream, char message[CDNNL_MESSAGE_CAPACITY]) {
    *stream = NULL;
    cdnnl_stream *made = calloc(1, sizeof *made);
    dnnl_status_t status = made && cdnnl_engine() ? dnnl_success : dnnl_out_of_memory;
    if (status == dnnl_success) {
        status = dnnl_stream_create(&made->stream, cdnnl_engine(), dnnl_stream_default_flags);
    }
    if (status == dnnl_success) *stream = made;
    else cdnnl_stream_destroy(made);
    return cdnnl_report(status, "starting a stream", message);
}

void cdnnl_stream_destroy(cdnnl_stream *stream) {
    if (!stream) return;
    if (stream->stream) dnnl_stream_destroy(stream->stream);
    free(stream);
}

int32_t cdnnl_primitive_run(
    const cdnnl_primitive *primitive, cdnnl_stream *stream, const float *input, float *output, void *scratch,
    char message[CDNNL_MESSAGE_CAPACITY]) {
    if (primitive->winograd) {
        cdnnl_winograd_run(primitive->winograd, input, primitive->accumulates ? output : NULL, output, scratch);
        return 0;
    }
    dnnl_memory_t source = NULL, target = NULL, working = NULL;
    dnnl_engine_t engine = cdnnl_engine();
    // The source is only read; oneDNN has no constant memory objects.
    dnnl_status_t status = dnnl_memory_create(&source, primitive->input, engine, (void *)input);
    if (status == dnnl_success) status = dnnl_memory_create(&target, primitive->output, engine, output);
    if (status == dnnl_success && primitive->scratch_size > 0) {
        status = dnnl_memory_create(&working, primitive->scratch, engine, scratch);
    }
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[5] = {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, target}};
        int count = 2;
        if (working) arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, working};
        if (primitive->weights) arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_WEIGHTS, primitive->weights};
        if (primitive->bias) arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, primitive->bias};
        status = dnnl_primitive_execute(primitive->primitive, stream->stream, count, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(stream->stream);
    if (source) dnnl_memory_destroy(source);
    if (target) dnnl_memory_destroy(target);
    if (working) dnnl_memory_destroy(working);
    return cdnnl_report(status, "running a primitive", message);
}
