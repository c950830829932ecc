// Shared by the files with our own kernels.

#ifndef CDNNL_KERNELS_H
#define CDNNL_KERNELS_H

#include "CDNNL.h"

// Builds a function for several instruction sets; the loader picks the best that the processor has. The levels are
// tested by feature: a name such as haswell would mean that very processor.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define CDNNL_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CDNNL_MULTIVERSION
#endif

static inline size_t cdnnl_blocks(const cdnnl_tensor *tensor) {
    return ((size_t)tensor->channels + (size_t)tensor->block - 1) / (size_t)tensor->block;
}

static inline size_t cdnnl_plane(const cdnnl_tensor *tensor) {
    return (size_t)tensor->height * (size_t)tensor->width;
}

#endif
