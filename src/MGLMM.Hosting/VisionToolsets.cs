using System.Runtime.CompilerServices;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Tools;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <inheritdoc/>
internal sealed class VisionToolsets(
    ModelLoader loader, VisionWorkspaces workspaces, IOptions<MglmmOptions> options, ILoggerFactory loggerFactory, IReadOnlyList<VisionTool> tools,
    IReadOnlyList<IImageSource> sources, IReadOnlyList<IExportFormat> ownFormats, IImageDecoder? decoder)
    : IVisionToolsets
{
    private const VisionFunctionGroups NeedNoModel = VisionFunctionGroups.Geometry | VisionFunctionGroups.Output;

    // A toolset lives as long as its workspace does, wherever that is still held.
    private readonly ConditionalWeakTable<VisionWorkspace, VisionToolset> _toolsets = [];

    // For what needs no model, as long as there is none.
    private readonly ConditionalWeakTable<VisionWorkspace, VisionToolset> _toolsetsWithoutModel = [];
    private readonly VisionToolsetOptions _toolsetOptions = options.Value.ToToolsetOptions() with
    {
        Tools = tools,
        Sources = sources,
        ExportFormats = ownFormats.Count == 0 ? ExportFormats.BuiltIn : [.. ExportFormats.BuiltIn, .. ownFormats],
        Decoder = decoder,
    };

    public ModelStatus Status => loader.Status;

    public ValueTask<IGroundingModel> GetModelAsync(CancellationToken cancellationToken = default) => loader.GetAsync(cancellationToken);

    public async ValueTask<VisionToolset> GetAsync(string owner, string conversation, CancellationToken cancellationToken = default)
    {
        IGroundingModel model = await loader.GetAsync(cancellationToken).ConfigureAwait(false);
        return Over(workspaces.GetOrCreate(owner, conversation), model);
    }

    public async ValueTask<VisionToolset> GetAsync(VisionWorkspace workspace, CancellationToken cancellationToken = default) =>
        Over(workspace, await loader.GetAsync(cancellationToken).ConfigureAwait(false));

    public IReadOnlyList<VisionFunction> FunctionsOf(string owner, string conversation, VisionFunctionGroups groups = VisionFunctionGroups.All)
    {
        ContentNames.Check(owner, nameof(owner));
        ContentNames.Check(conversation, nameof(conversation));
        return Functions(cancellationToken => GetAsync(owner, conversation, cancellationToken), () => workspaces.GetOrCreate(owner, conversation), groups);
    }

    public IReadOnlyList<VisionFunction> FunctionsOver(VisionWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return Functions(cancellationToken => GetAsync(workspace, cancellationToken), () => workspace, VisionFunctionGroups.All);
    }

    public IReadOnlyList<VisionFunction> FunctionsOver(Func<CancellationToken, ValueTask<VisionToolset>> toolset) =>
        Over(toolset, VisionFunctionGroups.All);

    public bool Remove(string owner, string conversation) => workspaces.Remove(owner, conversation);

    private IReadOnlyList<VisionFunction> Functions(Func<CancellationToken, ValueTask<VisionToolset>> toolset, Func<VisionWorkspace> workspace, VisionFunctionGroups groups) =>
    [
        .. Over(toolset, groups & VisionFunctionGroups.Vision),
        .. Over(cancellationToken => GetAtOnceAsync(workspace(), cancellationToken), groups & NeedNoModel),
        .. Over(toolset, groups & VisionFunctionGroups.Own),
    ];

    /// <summary>Functions as the host's toolsets will have them.</summary>
    private IReadOnlyList<VisionFunction> Over(Func<CancellationToken, ValueTask<VisionToolset>> toolset, VisionFunctionGroups groups) =>
        VisionFunctions.Over(toolset, groups, tools, _toolsetOptions.ExportFormats);

    /// <summary>The tools over the model where it is there, else over none.</summary>
    private ValueTask<VisionToolset> GetAtOnceAsync(VisionWorkspace workspace, CancellationToken cancellationToken) => loader.Status.State == ModelState.Ready
        ? GetAsync(workspace, cancellationToken)
        : ValueTask.FromResult(_toolsetsWithoutModel.GetValue(workspace, key => new VisionToolset(model: null, key, _toolsetOptions, loggerFactory)));

    private VisionToolset Over(VisionWorkspace workspace, IGroundingModel model) =>
        _toolsets.GetValue(workspace, key => new VisionToolset(new ObservedModel(model), key, _toolsetOptions, loggerFactory));
}
