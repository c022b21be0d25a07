using MGLMM.Conversion;

namespace MGLMM.Hub.Pulling;

/// <summary>What a pull did.</summary>
/// <param name="Model">The model.</param>
/// <param name="Commit">The commit that was fetched.</param>
/// <param name="Licence">The licence that the model's card states; null where it states none.</param>
/// <param name="Folder">The bundle.</param>
/// <param name="Precision">How its weights are stored.</param>
/// <param name="Conversion">What the conversion did; null where the bundle was there already.</param>
/// <param name="ReceivedBytes">Bytes that this run received.</param>
public sealed record PullReport(HubModel Model, string Commit, string? Licence, string Folder, string Precision, ConversionReport? Conversion, long ReceivedBytes);
