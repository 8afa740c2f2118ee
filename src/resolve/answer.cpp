#include "spliced/resolve/answer.hpp"

#include <arpa/nameser.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "spliced/config/hint.hpp"

namespace spliced::resolve {
namespace {

constexpr std::size_t largest_message = 65535;
constexpr std::size_t bytes_before_target = 6;  ///< priority, weight, port of an SRV record

ns_type type_of(Kind kind) {
    return kind == Kind::ipv4 ? ns_t_a : kind == Kind::ipv6 ? ns_t_aaaa : ns_t_srv;
}

/// False where the record is not what its type promises.
bool read_record(const ns_msg& message, const ns_rr& data, Kind kind, Record& record) {
    const unsigned char* bytes = ns_rr_rdata(data);
    std::size_t length = ns_rr_rdlen(data);
    if (kind == Kind::ipv4) {
        if (length != sizeof(in_addr)) return false;
        record.address = os::Address::ipv4(static_cast<std::uint32_t>(ns_get32(bytes)), 0);
        return true;
    }
    if (kind == Kind::ipv6) {
        in6_addr address{};
        if (length != sizeof address) return false;
        std::memcpy(&address, bytes, sizeof address);
        record.address = os::Address::ipv6(address, 0);
        return true;
    }
    if (length <= bytes_before_target) return false;
    record.weight = static_cast<std::uint16_t>(ns_get16(bytes + 2));
    record.port = static_cast<std::uint16_t>(ns_get16(bytes + 4));
    char host[NS_MAXDNAME];
    if (ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), bytes + bytes_before_target, host,
                           sizeof host) < 0)
        return false;
    record.host = config::lower_case(host);
    while (record.host.ends_with('.')) record.host.pop_back();
    return true;
}

/// A target of "." says that the service is decidedly not available (RFC 2782).
bool is_offered(const Record& record, Kind kind) {
    return kind != Kind::service || (!record.host.empty() && record.port != 0);
}

std::string order_of(const Record& record) {
    return record.host + " " + record.address.host_text();
}

bool stands_before(const Record& a, const Record& b) {
    auto left = order_of(a);
    auto right = order_of(b);
    return left != right ? left < right : a.port < b.port;
}

Answer failed(Failure failure) {
    Answer answer;
    answer.failure = failure;
    return answer;
}

}  // namespace

Answer read_message(std::span<const unsigned char> bytes, Kind kind) {
    ns_msg message;
    if (bytes.size() > largest_message ||
        ns_initparse(bytes.data(), static_cast<int>(bytes.size()), &message) < 0)
        return failed(Failure::other);
    Answer answer;
    std::uint32_t shortest = UINT32_MAX;
    for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
        ns_rr data;
        if (ns_parserr(&message, ns_s_an, i, &data) < 0) return failed(Failure::other);
        if (ns_rr_class(data) != ns_c_in) continue;
        // RFC 2181: a set top bit counts as zero.
        std::uint32_t ttl = ns_rr_ttl(data);
        shortest = std::min(shortest, ttl > INT32_MAX ? 0 : ttl);
        if (ns_rr_type(data) != type_of(kind)) continue;  // an alias on the way
        Record record;
        if (!read_record(message, data, kind, record)) return failed(Failure::other);
        if (is_offered(record, kind)) answer.records.push_back(std::move(record));
    }
    if (answer.records.empty()) return failed(Failure::nx);
    std::sort(answer.records.begin(), answer.records.end(), stands_before);
    answer.records.erase(std::unique(answer.records.begin(), answer.records.end()), answer.records.end());
    answer.ttl = std::chrono::seconds(shortest);
    return answer;
}

const char* name_of(Failure failure) {
    switch (failure) {
        case Failure::none:
            return "valid";
        case Failure::nx:
            return "NX";
        case Failure::timeout:
            return "timeout";
        case Failure::refused:
            return "refused";
        case Failure::other:
            break;
    }
    return "unspecified";
}

}  // namespace spliced::resolve
