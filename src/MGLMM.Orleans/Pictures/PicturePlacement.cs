using Orleans.Placement;
using Orleans.Runtime;

namespace MGLMM.Orleans.Pictures;

/// <summary>Places pictures by <see cref="PictureDirector"/>.</summary>
[Serializable]
internal sealed class PicturePlacement : PlacementStrategy;

/// <inheritdoc cref="PicturePlacement"/>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PicturePlacementAttribute() : PlacementAttribute(new PicturePlacement());
