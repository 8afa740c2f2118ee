#include "spliced/config/counter_data.hpp"

namespace spliced::config {

using rules::Counter;

std::optional<StickData> data_of(Counter counter) {
    switch (counter) {
        case Counter::bytes_in_rate:
            return StickData::bytes_in_rate;
        case Counter::bytes_out_rate:
            return StickData::bytes_out_rate;
        case Counter::clear_gpc0:
        case Counter::gpc0:
        case Counter::increase_gpc0:
            return StickData::gpc0;
        case Counter::clear_gpc1:
        case Counter::gpc1:
        case Counter::increase_gpc1:
            return StickData::gpc1;
        case Counter::conn_cur:
            return StickData::conn_cur;
        case Counter::conn_rate:
            return StickData::conn_rate;
        case Counter::gpc0_rate:
            return StickData::gpc0_rate;
        case Counter::gpc1_rate:
            return StickData::gpc1_rate;
        case Counter::gpt0:
            return StickData::gpt0;
        case Counter::kbytes_in:
            return StickData::bytes_in_cnt;
        case Counter::kbytes_out:
            return StickData::bytes_out_cnt;
        case Counter::server_id:
            return StickData::server_id;
        case Counter::sess_cnt:
            return StickData::sess_cnt;
        case Counter::sess_rate:
            return StickData::sess_rate;
        case Counter::conn_cnt:
        case Counter::updated_conn:
            return StickData::conn_cnt;
        case Counter::tracked:
        case Counter::trackers:
            break;
    }
    return std::nullopt;
}

}  // namespace spliced::config
