#include "checks.hpp"
#include "files.hpp"
#include "functions.hpp"
#include "moduli.hpp"

#include "ciphertext-ser.h"
#include "cryptocontext-ser.h"
#include "scheme/ckksrns/ckksrns-ser.h"

#include <stdexcept>

centroid_ciphertext *ciphertext_read(const centroid_context *context, const char *path) {
    return guarded([&] {
        auto stream = opened(path);
        std::lock_guard<std::mutex> alone(process);
        Ciphertext<DCRTPoly> read;
        Serial::Deserialize(read, stream, SerType::BINARY);
        if (!read) throw std::runtime_error("the file holds no ciphertext");
        // It gets the context of this process: what the file says of parameters is not used.
        auto ciphertext = std::make_shared<CiphertextImpl<DCRTPoly>>(
            context->context, read->GetKeyTag(), read->GetEncodingType());
        ciphertext->SetElements(read->GetElements());
        ciphertext->SetLevel(read->GetLevel());
        ciphertext->SetNoiseScaleDeg(read->GetNoiseScaleDeg());
        ciphertext->SetScalingFactor(read->GetScalingFactor());
        ciphertext->SetSlots(read->GetSlots());
        expect_ordinary(ciphertext, context->context);
        return made(ciphertext);
    });
}

int32_t ciphertext_write(const centroid_ciphertext *ciphertext, const char *path) {
    return guarded([&] {
        auto stream = created(path);
        Serial::Serialize(ciphertext->ciphertext, stream, SerType::BINARY);
        return closed(stream);
    });
}

int32_t ciphertext_moduli(const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        return static_cast<int32_t>(ciphertext->ciphertext->GetElements()[0].GetNumOfElements());
    });
}

centroid_ciphertext *ciphertext_move(
    const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t count) {
    return guarded([&] {
        const auto &from = ciphertext->ciphertext;
        const auto elements = context->context->GetElementParams();
        const size_t has = from->GetElements()[0].GetNumOfElements();
        if (count < 1 || static_cast<size_t>(count) > std::min(has, elements->GetParams().size())) {
            throw std::runtime_error("no level is left: the circuit is deeper than the parameters");
        }
        const auto left = first_moduli(elements, static_cast<size_t>(count));
        std::vector<DCRTPoly> parts;
        for (const auto &element : from->GetElements()) {
            parts.push_back(restricted(element, left, "the ciphertext belongs to other parameters"));
        }
        auto moved = std::make_shared<CiphertextImpl<DCRTPoly>>(
            context->context, tag_under(context, from->GetKeyTag()), from->GetEncodingType());
        moved->SetElements(std::move(parts));
        moved->SetLevel(elements->GetParams().size() - static_cast<size_t>(count));
        moved->SetNoiseScaleDeg(from->GetNoiseScaleDeg());
        moved->SetScalingFactor(from->GetScalingFactor());
        moved->SetSlots(from->GetSlots());
        return made(moved);
    });
}

void ciphertext_free(centroid_ciphertext *ciphertext) { delete ciphertext; }
