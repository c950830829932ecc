#include "primitive.h"

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
