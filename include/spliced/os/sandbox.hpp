// What the kernel's two sandboxes have in common: whether one could be entered.
#pragma once

namespace spliced::os {

enum class Confinement {
    entered,
    absent,  ///< the kernel, or the build of the program, lacks it
    full,    ///< the process has inherited so many layers that no further one fits; those hold
};

/// False where the program was built with sanitizers, which read and write files, start programs and make
/// system calls of their own. Nothing can be entered then.
bool can_be_confined();

}  // namespace spliced::os
