// What rules learn of stick tables, and do to them: a part of rule_source.hpp.
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/rule_counters.hpp"
#include "spliced/proxy/rule_source.hpp"
#include "spliced/stick/sample_key.hpp"

namespace spliced::proxy {

using config::StickData;
using rules::ActionId;
using rules::Answer;
using rules::Counter;
using rules::FetchId;
using rules::Sample;

namespace {

Answer answer(Counter counter, std::optional<std::int64_t> value, Sample& sample) {
    if (!value) return Answer::absent;
    sample = counter == Counter::tracked ? Sample::boolean(*value != 0) : Sample::integer(*value);
    return Answer::found;
}

}  // namespace

StickTablePtr RuleSource::table_of(const rules::Argument& argument) const {
    return shared_.stick_tables.share(argument.name);
}

TrackedEntries::Place RuleSource::tracked_at(std::size_t slot) const {
    if (fresh_) return fresh_->at(slot);
    return tracked_ ? tracked_->at(slot) : TrackedEntries::Place{};
}

Answer RuleSource::get_of_table(const rules::Call& call, Sample& sample) {
    StickTablePtr table = table_of(call.arguments[0]);
    if (!table) return Answer::absent;
    if (call.fetch->id == FetchId::src_counter)
        return look_up(*table, call.fetch->counter, Sample::address(source()), sample);
    table->expire(shared_.loop.now());
    std::size_t most = table->settings().size;
    std::size_t entries = call.fetch->id == FetchId::table_cnt ? table->size() : most - table->size();
    sample = Sample::integer(static_cast<std::int64_t>(entries));
    return Answer::found;
}

// Of the entry that is tracked, or of that of the same key in another table.
Answer RuleSource::get_tracked(const rules::Call& call, Sample& sample) {
    bool has_number = call.arguments[0].kind == rules::ArgumentKind::slot;
    std::size_t slot = has_number ? static_cast<std::size_t>(call.arguments[0].number) : call.fetch->slot;
    const rules::Argument& other = call.arguments[has_number ? 1 : 0];
    TrackedEntries::Place place = tracked_at(slot);
    Counter counter = call.fetch->counter;
    TimePoint now = shared_.loop.now();
    if (!place) return counter == Counter::tracked ? answer(counter, 0, sample) : Answer::absent;
    if (other.text.empty())
        return answer(counter, read_counter(*place.table, place.entry, counter, now), sample);
    StickTablePtr table = table_of(other);
    if (!table) return Answer::absent;
    bool is_same_kind = table->shape() == place.table->shape();
    auto key = stick::Key::of_bytes(table->shape(), place.table->key(*place.entry));
    stick::Entry* entry = is_same_kind ? table->find(key, now) : nullptr;
    return answer(counter, read_counter(*table, entry, counter, now), sample);
}

Answer RuleSource::look_up(stick::Table& table, Counter counter, const Sample& key, Sample& sample) {
    auto wanted = stick::key_of(table.shape(), key);
    if (!wanted) return Answer::absent;
    TimePoint now = shared_.loop.now();
    bool makes = makes_entry(counter);
    stick::Entry* entry = makes ? table.find_or_add(*wanted, now) : table.find(*wanted, now);
    if (makes) shared_.stick_tables.watch();
    return answer(counter, read_counter(table, entry, counter, now), sample);
}

Answer RuleSource::look_up(const rules::Argument& table, Counter counter, const Sample& key, Sample& sample) {
    StickTablePtr found = table_of(table);
    return found ? look_up(*found, counter, key, sample) : Answer::absent;
}

// ---- actions

TrackedEntries& RuleSource::tracked() {
    if (tracked_) return *tracked_;
    if (!fresh_) fresh_ = std::make_unique<TrackedEntries>(shared_.stick_tables);
    return *fresh_;
}

bool RuleSource::perform_on_table(const rules::Action& action, rules::Moment moment) {
    if (action.id == ActionId::track) return track(action, moment);
    TrackedEntries::Place place = tracked_at(action.number);
    if (!place) return true;
    TimePoint now = shared_.loop.now();
    auto count = [&](StickData data) { place.table->count(*place.entry, data, 1, now); };
    if (action.id == ActionId::set_gpt0) return set_tag(place, action, moment);
    bool is_first = action.id == ActionId::increase_gpc0;
    count(is_first ? StickData::gpc0 : StickData::gpc1);
    count(is_first ? StickData::gpc0_rate : StickData::gpc1_rate);
    place.table->touch(*place.entry, now);
    return true;
}

bool RuleSource::set_tag(const TrackedEntries::Place& place, const rules::Action& action,
                         rules::Moment moment) {
    std::int64_t value = action.value;
    if (action.key) {
        rules::Scratch scratch;
        Sample sample;
        Answer found = action.key->evaluate(*this, moment, scratch, sample);
        if (found == Answer::not_yet || found == Answer::found_for_now) return false;
        sample = found == Answer::found ? sample.as_integer() : Sample();
        if (sample.type() == rules::Type::none) return true;
        value = sample.number();
    }
    place.table->set(*place.entry, StickData::gpt0, value, shared_.loop.now());
    return true;
}

bool RuleSource::track(const rules::Action& action, rules::Moment moment) {
    if (tracked_at(action.number)) return true;
    StickTablePtr table = table_of(action.target);
    if (!table) return true;
    rules::Scratch scratch;
    Sample sample;
    Answer found = action.key->evaluate(*this, moment, scratch, sample);
    if (found == Answer::not_yet || found == Answer::found_for_now) return false;
    auto key = found == Answer::found ? stick::key_of(table->shape(), sample) : std::nullopt;
    if (!key) return true;
    tracked().track(action.number, table, *key);
    return true;
}

}  // namespace spliced::proxy
