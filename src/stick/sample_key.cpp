#include "spliced/stick/sample_key.hpp"

namespace spliced::stick {

using rules::Type;

std::optional<Key> key_of(const KeyShape& shape, const rules::Sample& sample) {
    switch (sample.type()) {
        case Type::boolean:
        case Type::integer:
            return key_of(shape, sample.number());
        case Type::address:
            return key_of(shape, sample.is_ipv4() ? os::Address::ipv4(sample.ipv4(), 0)
                                                  : os::Address::ipv6(sample.ipv6(), 0));
        case Type::text:
            return key_of(shape, sample.bytes());
        case Type::binary:
            // As text these bytes are shown in hexadecimal.
            if (shape.type == config::StickKey::string)
                return Key::of_bytes(shape, text_of({config::StickKey::binary, 0}, sample.bytes()));
            return key_of(shape, sample.bytes());
        case Type::none:
            break;
    }
    return std::nullopt;
}

}  // namespace spliced::stick
