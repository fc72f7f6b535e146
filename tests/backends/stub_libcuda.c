/* A stand-in for the NVIDIA driver: it reports the status and the version that the environment tells it to,
   or never comes back (STUB_HANG), or takes the process along (STUB_CRASH). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int told(const char *name) { const char *value = getenv(name); return value ? atoi(value) : 0; }

int cuInit(unsigned int flags)
{
    (void)flags;
    if (told("STUB_CRASH")) abort();
    while (told("STUB_HANG")) sleep(1);
    return told("STUB_STATUS");
}

int cuDriverGetVersion(int *version) { *version = told("STUB_VERSION"); return 0; }
int cuGetExportTable(const void **table, const void *id) { (void)id; *table = NULL; return told("STUB_STATUS"); }
int cuDeviceGetCount(int *count) { *count = 0; return told("STUB_STATUS"); }
int cuGetErrorString(int status, const char **text) { (void)status; *text = "stub"; return 0; }
int cuGetErrorName(int status, const char **text) { (void)status; *text = "STUB"; return 0; }

/* Every function that the stub lacks fails with the same status. */
static int fails(void) { int status = told("STUB_STATUS"); return status ? status : 999; }

int cuGetProcAddress_v2(const char *name, void **found, int version, unsigned long long flags, int *result)
{
    (void)version; (void)flags;
    *found = (void *)fails;
    if (strcmp(name, "cuInit") == 0) *found = (void *)cuInit;
    if (strcmp(name, "cuDriverGetVersion") == 0) *found = (void *)cuDriverGetVersion;
    if (strcmp(name, "cuGetExportTable") == 0) *found = (void *)cuGetExportTable;
    if (strcmp(name, "cuDeviceGetCount") == 0) *found = (void *)cuDeviceGetCount;
    if (strcmp(name, "cuGetErrorString") == 0) *found = (void *)cuGetErrorString;
    if (strcmp(name, "cuGetErrorName") == 0) *found = (void *)cuGetErrorName;
    if (strcmp(name, "cuGetProcAddress") == 0) *found = (void *)cuGetProcAddress_v2;
    if (result) *result = 0;
    return 0;
}

int cuGetProcAddress(const char *name, void **found, int version, unsigned long long flags)
{
    return cuGetProcAddress_v2(name, found, version, flags, NULL);
}
