// The last word on what is accepted: the draft is read as a configuration, and what is wrong with it goes.
#pragma once

#include <vector>

#include "spliced/import/ini_draft.hpp"

namespace spliced::import {

/// Marks as refused what our own reader refuses, with its message, and returns the text that is left. Names
/// of hosts, accounts and files are taken for granted: they belong to the machine that will run it.
IniText try_out(IniDraft& draft, std::vector<Verdict>& verdicts);

}  // namespace spliced::import
