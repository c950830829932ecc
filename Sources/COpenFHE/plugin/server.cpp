#include "checks.hpp"
#include "functions.hpp"

#include <stdexcept>

centroid_plaintext *plaintext_encode(
    const centroid_context *context, const double *values, int32_t count, int32_t level) {
    return guarded([&] {
        auto plaintext = context->context->MakeCKKSPackedPlaintext(
            std::vector<double>(values, values + count), 1, static_cast<uint32_t>(level));
        auto &element = plaintext->GetElement<DCRTPoly>();
        element.SetFormat(Format::EVALUATION);
        // Only the ring element is kept: the library's object holds the values beside it.
        return new centroid_plaintext{std::move(element), plaintext->GetScalingFactor()};
    });
}

void plaintext_free(centroid_plaintext *plaintext) { delete plaintext; }

centroid_digits *digits_make(const centroid_context *context, const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        return new centroid_digits{context->context->EvalFastRotationPrecompute(ciphertext->ciphertext)};
    });
}

void digits_free(centroid_digits *digits) { delete digits; }

centroid_ciphertext *rotate(
    const centroid_context *context, const centroid_ciphertext *ciphertext, const centroid_digits *digits,
    int32_t step) {
    return guarded([&] {
        if (digits == nullptr) return made(context->context->EvalRotate(ciphertext->ciphertext, step));
        return made(context->context->EvalFastRotation(
            ciphertext->ciphertext, static_cast<uint32_t>(step), digits->digits));
    });
}

int32_t can_rotate(const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t step) {
    return guarded([&] {
        const auto &all = CryptoContextImpl<DCRTPoly>::GetAllEvalAutomorphismKeys();
        const auto keys = all.find(ciphertext->ciphertext->GetKeyTag());
        const auto index = context->context->FindAutomorphismIndex(static_cast<uint32_t>(step));
        return keys != all.end() && keys->second && keys->second->count(index) > 0 ? 1 : 0;
    });
}

int32_t can_square(const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        const auto &all = CryptoContextImpl<DCRTPoly>::GetAllEvalMultKeys();
        const auto keys = all.find(ciphertext->ciphertext->GetKeyTag());
        return keys != all.end() && !keys->second.empty() ? 1 : 0;
    });
}

centroid_ciphertext *sum_of_products(
    const centroid_ciphertext *const *ciphertexts, const centroid_plaintext *const *plaintexts, int32_t count) {
    return guarded([&] {
        if (count < 1) throw std::runtime_error("there is nothing to sum");
        std::vector<DCRTPoly> elements;
        for (int32_t index = 0; index < count; index++) {
            const auto &factors = ciphertexts[index]->ciphertext->GetElements();
            const auto &plain = plaintexts[index]->element;
            if (factors.size() != 2) throw std::runtime_error("a ciphertext has not two parts");
            if (factors[0].GetNumOfElements() != plain.GetNumOfElements()
                || (index > 0 && plain.GetNumOfElements() != elements[0].GetNumOfElements())) {
                throw std::runtime_error("a ciphertext or plaintext stands at another level than the rest of its sum");
            }
            for (size_t part = 0; part < factors.size(); part++) {
                if (index == 0) {
                    elements.push_back(factors[part] * plain);
                } else {
                    elements[part] += factors[part] * plain;
                }
            }
        }
        auto sum = ciphertexts[0]->ciphertext->CloneEmpty();
        sum->SetElements(std::move(elements));
        sum->SetLevel(ciphertexts[0]->ciphertext->GetLevel());
        sum->SetNoiseScaleDeg(ciphertexts[0]->ciphertext->GetNoiseScaleDeg() + 1);
        sum->SetScalingFactor(ciphertexts[0]->ciphertext->GetScalingFactor() * plaintexts[0]->scale);
        sum->SetSlots(ciphertexts[0]->ciphertext->GetSlots());
        return made(sum);
    });
}

centroid_ciphertext *add(
    const centroid_context *context, const centroid_ciphertext *first, const centroid_ciphertext *second) {
    return guarded([&] { return made(context->context->EvalAdd(first->ciphertext, second->ciphertext)); });
}

centroid_ciphertext *add_plaintext(const centroid_ciphertext *ciphertext, const centroid_plaintext *plaintext) {
    return guarded([&] {
        auto sum = ciphertext->ciphertext->Clone();
        auto &element = sum->GetElements()[0];
        if (element.GetNumOfElements() != plaintext->element.GetNumOfElements()) {
            throw std::runtime_error("the plaintext stands at another level than the ciphertext");
        }
        element += plaintext->element;
        return made(sum);
    });
}

centroid_ciphertext *rescale(const centroid_context *context, const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        expect_levels(ciphertext->ciphertext, 1);
        return made(context->context->Rescale(ciphertext->ciphertext));
    });
}

centroid_ciphertext *square(const centroid_context *context, const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        expect_levels(ciphertext->ciphertext, 1);
        auto squared = context->context->EvalSquare(ciphertext->ciphertext);
        context->context->RescaleInPlace(squared);
        return made(squared);
    });
}
