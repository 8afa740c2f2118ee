#include "spliced/os/has_bytes.hpp"

#include <sys/socket.h>

namespace spliced::os {

bool has_bytes(int socket) {
    char byte = 0;
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace spliced::os
