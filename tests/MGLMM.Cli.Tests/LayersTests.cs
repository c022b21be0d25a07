using System.Reflection;

namespace MGLMM.Cli.Tests;

/// <summary>No layer looks back up, and libraries bring no native runtime and no framework that they do not need.</summary>
public sealed class LayersTests
{
    [Theory]
    [InlineData("MGLMM.Masks", "")]
    [InlineData("MGLMM.Runtime", "MGLMM.Masks Microsoft.ML.OnnxRuntime SkiaSharp Microsoft.Extensions.Logging.Abstractions System.Numerics.Tensors")]
    [InlineData("MGLMM.Conversion", "MGLMM.Masks MGLMM.Runtime Google.Protobuf System.Numerics.Tensors")]
    [InlineData("MGLMM.Evaluation", "MGLMM.Masks MGLMM.Runtime")]
    [InlineData("MGLMM.Hub", "MGLMM.Runtime MGLMM.Conversion")]
    [InlineData("MGLMM.Models.Scenes", "")]
    [InlineData("MGLMM.Vision", "MGLMM.Masks MGLMM.Runtime SkiaSharp Microsoft.Extensions.AI.Abstractions Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("MGLMM.SemanticKernel", "MGLMM.Masks MGLMM.Runtime MGLMM.Vision SkiaSharp Microsoft.SemanticKernel.Abstractions Microsoft.SemanticKernel.Core Microsoft.Extensions.AI.Abstractions Microsoft.Extensions.Configuration.Abstractions Microsoft.Extensions.Configuration.Binder Microsoft.Extensions.DependencyInjection.Abstractions Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.Hosting.Abstractions Microsoft.Extensions.Logging.Abstractions Microsoft.Extensions.Options Microsoft.Extensions.Options.ConfigurationExtensions")]
    public void A_layer_references_only_what_lies_below(string assembly, string allowed)
    {
        var referenced = Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => !IsFramework(name));
        Assert.Empty(referenced.Except(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static bool IsFramework(string name) =>
        name is "System" or "netstandard" or "mscorlib" || (name.StartsWith("System.", StringComparison.Ordinal) && name != "System.Numerics.Tensors");
}
