#include <math.h>
#include <string.h>

#include "kernels.h"

/// The first value of channel c of image n.
static size_t channel_offset(const cdnnl_tensor *tensor, size_t image, size_t channel) {
    size_t block = (size_t)tensor->block;
    return (image * cdnnl_blocks(tensor) + channel / block) * cdnnl_plane(tensor) * block + channel % block;
}

/// One block-wide or one single value for each position of a box.
static void copy_box(
    const cdnnl_tensor *from, const float *source, const cdnnl_tensor *to, float *target, cdnnl_axis height,
    cdnnl_axis width, size_t values) {
    size_t source_step = (size_t)from->block * (size_t)width.step;
    size_t target_step = (size_t)to->block;
    for (int32_t row = 0; row < height.count; row++) {
        size_t source_row = (size_t)(height.from + row * height.step) * (size_t)from->width + (size_t)width.from;
        size_t target_row = (size_t)(height.to + row) * (size_t)to->width + (size_t)width.to;
        const float *read = source + source_row * (size_t)from->block;
        float *write = target + target_row * target_step;
        if (values == 1) {
            for (int32_t column = 0; column < width.count; column++) {
                write[(size_t)column * target_step] = read[(size_t)column * source_step];
            }
        } else {
            for (int32_t column = 0; column < width.count; column++) {
                memcpy(write + (size_t)column * target_step, read + (size_t)column * source_step,
                       values * sizeof(float));
            }
        }
    }
}

void cdnnl_copy(
    const cdnnl_tensor *from, const float *source, const cdnnl_tensor *to, float *target, cdnnl_axis channel,
    cdnnl_axis height, cdnnl_axis width) {
    int32_t block = from->block;
    // Whole blocks travel together where the channels of both sides stand in the same places of their blocks.
    int whole = block > 1 && block == to->block && channel.step == 1 && channel.from % block == 0
        && channel.to % block == 0 && channel.count % block == 0;
    int32_t together = whole ? block : 1;
    for (size_t image = 0; image < (size_t)to->images; image++) {
        for (int32_t i = 0; i < channel.count; i += together) {
            size_t read = channel_offset(from, image, (size_t)(channel.from + i * channel.step));
            size_t write = channel_offset(to, image, (size_t)(channel.to + i));
            copy_box(from, source + read, to, target + write, height, width, (size_t)together);
        }
    }
}

CDNNL_MULTIVERSION
void cdnnl_add(const float *a, const float *b, float *result, size_t count) {
    for (size_t i = 0; i < count; i++) result[i] = a[i] + b[i];
}

/// Neighbouring channels of a block that are summed side by side.
enum { SUMS = 8 };

CDNNL_MULTIVERSION
void cdnnl_global_average(const cdnnl_tensor *tensor, const float *x, float *result) {
    size_t block = (size_t)tensor->block, blocks = cdnnl_blocks(tensor), plane = cdnnl_plane(tensor);
    size_t channels = (size_t)tensor->channels;
    for (size_t part = 0; part < (size_t)tensor->images * blocks; part++) {
        const float *read = x + part * plane * block;
        size_t channel = part % blocks * block;
        float *write = result + part / blocks * channels + channel;
        for (size_t lane = 0; lane < block && channel + lane < channels; lane += SUMS) {
            size_t width = block - lane < SUMS ? block - lane : SUMS;
            double sums[SUMS] = {0};
            if (width == SUMS) {
                for (size_t i = 0; i < plane; i++) {
                    for (size_t j = 0; j < SUMS; j++) sums[j] += read[i * block + lane + j];
                }
            } else {
                for (size_t i = 0; i < plane; i++) {
                    for (size_t j = 0; j < width; j++) sums[j] += read[i * block + lane + j];
                }
            }
            for (size_t j = 0; j < width && channel + lane + j < channels; j++) {
                write[lane + j] = (float)(sums[j] / (double)plane);
            }
        }
    }
}

void cdnnl_erf(const float *x, float *result, size_t count) {
    for (size_t i = 0; i < count; i++) result[i] = erff(x[i]);
}

CDNNL_MULTIVERSION
void cdnnl_flag_nonfinite(const float *x, size_t images, size_t values_per_image, uint8_t *flags) {
    for (size_t image = 0; image < images; image++) {
        // x - x is 0 for every finite x and NaN otherwise.
        int found = 0;
        for (size_t i = 0; i < values_per_image; i++) found |= x[i] - x[i] != 0;
        if (found) flags[image] = 1;
        x += values_per_image;
    }
}
