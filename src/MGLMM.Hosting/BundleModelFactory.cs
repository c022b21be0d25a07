using MGLMM.Runtime;
using Microsoft.Extensions.Logging;

namespace MGLMM.Hosting;

/// <summary>The factory of a host that names a bundle.</summary>
internal sealed class BundleModelFactory(ILoggerFactory loggerFactory)
{
    /// <inheritdoc cref="ModelFactory"/>
    public async Task<IGroundingModel> LoadAsync(MglmmOptions options, CancellationToken cancellationToken) =>
        await MglmmModel.LoadAsync(options.BundlePath, options.ToModelOptions(), loggerFactory, cancellationToken).ConfigureAwait(false);
}
