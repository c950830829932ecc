#include "checks.hpp"
#include "files.hpp"
#include "functions.hpp"
#include "secrets.hpp"

#include "ciphertext-ser.h"
#include "cryptocontext-ser.h"
#include "key/key-ser.h"
#include "scheme/ckksrns/ckksrns-ser.h"

#include <stdexcept>

centroid_client *client_make(const centroid_context *context) {
    return guarded([&] {
        std::lock_guard<std::mutex> alone(process);
        return new centroid_client{context->context, context->context->KeyGen()};
    });
}

centroid_client *client_read(const centroid_context *context, const char *path) {
    return guarded([&] {
        SecretInput stream(read_secret(path));
        std::lock_guard<std::mutex> alone(process);
        PublicKey<DCRTPoly> published;
        Secret secret;
        Serial::Deserialize(published, stream, SerType::BINARY);
        Serial::Deserialize(secret.key, stream, SerType::BINARY);
        const auto moduli = context->context->GetElementParams();
        const size_t count = moduli->GetParams().size();
        bool whole = published && secret.key && is_whole(secret.key->GetPrivateElement(), moduli, count)
            && published->GetPublicElements().size() == 2;
        if (whole) {
            const auto wanted = parameters_of(context->context)->GetParamsPK();
            for (const auto &element : published->GetPublicElements()) {
                whole = whole && is_whole(element, wanted, wanted->GetParams().size());
            }
        }
        if (!whole) throw std::runtime_error("the keys belong to other parameters");
        // They get the context of this process: what the file says of parameters is not used.
        auto client = std::make_unique<centroid_client>();
        client->context = context->context;
        client->keys.secretKey = std::make_shared<PrivateKeyImpl<DCRTPoly>>(context->context);
        client->keys.secretKey->SetPrivateElement(secret.key->GetPrivateElement());
        client->keys.secretKey->SetKeyTag(secret.key->GetKeyTag());
        client->keys.publicKey =
            std::make_shared<PublicKeyImpl<DCRTPoly>>(context->context, published->GetKeyTag());
        client->keys.publicKey->SetPublicElements(published->GetPublicElements());
        return client.release();
    });
}

int32_t client_write(const centroid_client *client, const char *path) {
    return guarded([&] {
        SecretOutput stream;
        Serial::Serialize(client->keys.publicKey, stream, SerType::BINARY);
        Serial::Serialize(client->keys.secretKey, stream, SerType::BINARY);
        return write_secret(path, stream.str());
    });
}

centroid_ciphertext *client_encrypt(const centroid_client *client, const double *values, int32_t count) {
    return guarded([&] {
        std::lock_guard<std::mutex> alone(process);
        auto plaintext = client->context->MakeCKKSPackedPlaintext(std::vector<double>(values, values + count));
        return made(client->context->Encrypt(client->keys.publicKey, plaintext));
    });
}

int32_t client_decrypt(
    const centroid_client *client, const centroid_ciphertext *ciphertext, double *values, int32_t count) {
    return guarded([&] {
        expect_ordinary(ciphertext->ciphertext, client->context);
        if (ciphertext->ciphertext->GetKeyTag() != client->keys.secretKey->GetKeyTag()) {
            throw std::runtime_error("the ciphertext was encrypted under another key");
        }
        Plaintext plaintext;
        // Decoding adds noise of its own.
        std::lock_guard<std::mutex> alone(process);
        client->context->Decrypt(client->keys.secretKey, ciphertext->ciphertext, &plaintext);
        plaintext->SetLength(static_cast<size_t>(count));
        const auto decrypted = plaintext->GetRealPackedValue();
        if (decrypted.size() < static_cast<size_t>(count)) throw std::runtime_error("fewer slots than asked for");
        std::copy(decrypted.begin(), decrypted.begin() + count, values);
        return 1;
    });
}

void client_free(centroid_client *client) {
    wipe(client->keys.secretKey);
    delete client;
}
