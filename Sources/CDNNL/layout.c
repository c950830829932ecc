#include "primitive.h"

#include <stdlib.h>

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
