// The keywords that set one thing, but not by the type of a field alone.
#pragma once

#include "spliced/config/draft.hpp"
#include "spliced/config/line.hpp"

namespace spliced::config {

void read_balance(const Line& line, ProxyDraft& proxy);
void read_errorfile(const Line& line, ProxyDraft& proxy);
void read_user(const Line& line, Global& global);
void read_group(const Line& line, Global& global);
void read_maxaccept(const Line& line, Global& global);
void read_hash_type(const Line& line, ProxyDraft& proxy);
void read_hash_balance_factor(const Line& line, ProxyDraft& proxy);
void read_id(const Line& line, ProxyDraft& proxy);
void read_smart_option(const Line& line);
void read_nolinger(const Line& line, ProxyDraft& proxy);
void read_both_keepalives(const Line& line, ProxyDraft& proxy);

/// For the dump.
std::string_view name_of(Algorithm algorithm);
/// "random(3)", "hash src": the whole value of `balance`.
std::string text_of_balance(const Backend& backend);
/// What of it does not go together; empty where all does.
std::string mistake_in_balance(const Backend& backend);
/// "consistent sdbm avalanche".
std::string text_of(const HashType& type);
/// "user", "operator" or "admin".
std::string_view name_of(AdminLevel level);
/// "fail-check"
std::string_view name_of(OnError on_error);
Result<OnError> on_error_named(std::string_view name);

}  // namespace spliced::config
