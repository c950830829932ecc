#include <COpenFHE.h>
#include <dlfcn.h>
#include <stdio.h>

typedef const centroid_openfhe *(*functions)(void);

const centroid_openfhe *centroid_openfhe_load(const char *path, char *error, size_t capacity) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(error, capacity, "%s", dlerror());
        return NULL;
    }
    functions entry = (functions)dlsym(library, "centroid_openfhe_functions");
    const centroid_openfhe *table = entry == NULL ? NULL : entry();
    if (table != NULL && table->interface == CENTROID_OPENFHE_INTERFACE) return table;
    if (table == NULL) {
        snprintf(error, capacity, "it does not export centroid_openfhe_functions");
    } else {
        snprintf(error, capacity, "it was built for interface %d, and this is %d", table->interface,
                 CENTROID_OPENFHE_INTERFACE);
    }
    dlclose(library);
    return NULL;
}
