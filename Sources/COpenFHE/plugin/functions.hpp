// The functions of the table of COpenFHE.h, in its order.
#pragma once
#include "COpenFHE.h"

const char *version();
const char *last_error();
centroid_context *context_make(const centroid_parameters *wanted);
centroid_context *context_read(const centroid_parameters *wanted, const char *path);
int32_t context_write(const centroid_context *context, const char *path);
centroid_context *context_lower(const centroid_context *context, int32_t stage, int32_t count, int32_t digits);
int32_t context_moduli(const centroid_context *context, double *moduli, int32_t capacity);
int32_t context_slots(const centroid_context *context);
void context_free(centroid_context *context);
centroid_ciphertext *ciphertext_read(const centroid_context *context, const char *path);
int32_t ciphertext_write(const centroid_ciphertext *ciphertext, const char *path);
int32_t ciphertext_moduli(const centroid_ciphertext *ciphertext);
centroid_ciphertext *ciphertext_move(
    const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t count);
void ciphertext_free(centroid_ciphertext *ciphertext);
centroid_client *client_make(const centroid_context *context);
centroid_client *client_read(const centroid_context *context, const char *path);
int32_t client_write(const centroid_client *client, const char *path);
centroid_evaluation_keys *client_evaluation_keys(
    const centroid_client *client, const centroid_context *context, const int32_t *steps, int32_t count,
    int32_t relinearises);
centroid_ciphertext *client_encrypt(const centroid_client *client, const double *values, int32_t count);
int32_t client_decrypt(
    const centroid_client *client, const centroid_ciphertext *ciphertext, double *values, int32_t count);
void client_free(centroid_client *client);
centroid_evaluation_keys *evaluation_keys_read(const centroid_context *context, const char *path);
int32_t evaluation_keys_write(const centroid_evaluation_keys *keys, const char *path);
void evaluation_keys_free(centroid_evaluation_keys *keys);
centroid_plaintext *plaintext_encode(
    const centroid_context *context, const double *values, int32_t count, int32_t level);
void plaintext_free(centroid_plaintext *plaintext);
centroid_digits *digits_make(const centroid_context *context, const centroid_ciphertext *ciphertext);
void digits_free(centroid_digits *digits);
centroid_ciphertext *rotate(
    const centroid_context *context, const centroid_ciphertext *ciphertext, const centroid_digits *digits,
    int32_t step);
int32_t can_rotate(const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t step);
int32_t can_square(const centroid_ciphertext *ciphertext);
centroid_ciphertext *sum_of_products(
    const centroid_ciphertext *const *ciphertexts, const centroid_plaintext *const *plaintexts, int32_t count);
centroid_ciphertext *add(
    const centroid_context *context, const centroid_ciphertext *first, const centroid_ciphertext *second);
centroid_ciphertext *add_plaintext(const centroid_ciphertext *ciphertext, const centroid_plaintext *plaintext);
centroid_ciphertext *rescale(const centroid_context *context, const centroid_ciphertext *ciphertext);
centroid_ciphertext *square(const centroid_context *context, const centroid_ciphertext *ciphertext);
