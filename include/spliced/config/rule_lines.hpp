// The keywords whose values are in the language of rules: `acl`, `tcp-request`, `use_backend` and
// `use-server`.
#pragma once

#include "spliced/config/draft.hpp"
#include "spliced/config/line.hpp"

namespace spliced::config {

/// `acl NAME = FETCH [flags] PATTERN...`; lines of the same name are alternatives.
void read_acl(const Line& line, ProxyDraft& proxy);

/// `tcp-request = connection|session|content ACTION [if|unless CONDITION]`.
void read_request_rule(const Line& line, ProxyDraft& proxy);

/// `use_backend NAME = if|unless CONDITION`.
void read_backend_rule(const Line& line, ProxyDraft& proxy);

/// `use-server NAME = if|unless CONDITION`.
void read_server_rule(const Line& line, ProxyDraft& proxy);

/// `stick = on|match|store-request KEY [table T] [if|unless CONDITION]`.
void read_stick_rule(const Line& line, ProxyDraft& proxy);

/// The rules of the half that they belong to: in a listen they are the clients'.
SectionRules& rules_of(ProxyDraft& proxy);

}  // namespace spliced::config
