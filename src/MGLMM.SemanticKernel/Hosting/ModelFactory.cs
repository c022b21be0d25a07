using MGLMM.Runtime;

namespace MGLMM.SemanticKernel.Hosting;

/// <summary>Loads a model. Observes the token between the steps.</summary>
internal delegate Task<MglmmModel> ModelFactory(MglmmOptions options, CancellationToken cancellationToken);
