using MGLMM.Conversion.Streaming;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>A weight file of a pull.</summary>
/// <param name="Files">The model that it is of.</param>
/// <param name="File">What the hub says of it.</param>
/// <param name="Cached">Its place in the cache, where it was there already; never deleted.</param>
/// <param name="Header">Reads its header on the hub; null where it is cached.</param>
/// <param name="Arriving">Where the conversion waits for it.</param>
internal sealed record WeightFile(RepositoryFiles Files, HubFile File, string? Cached, RemoteHeader? Header, ArrivingFile Arriving);
