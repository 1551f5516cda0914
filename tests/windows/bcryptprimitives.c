/* For tests under Wine alone, never shipped: Wine before 8.14 lacks this library, from which Rust takes its random numbers. */
#include <windows.h>
#include <ntsecapi.h>

BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    return RtlGenRandom(data, (ULONG)length);
}
