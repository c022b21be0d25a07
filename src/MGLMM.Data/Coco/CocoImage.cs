namespace MGLMM.Data.Coco;

/// <summary>A picture of a COCO file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FileName">Its file.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Caption">The caption that some derived sets keep here.</param>
/// <param name="Exported">The sample that it was exported from, as JSON without masks.</param>
internal sealed record CocoImage(long Id, string FileName, int Width, int Height, string? Caption, string? Exported);

/// <summary>A category of a COCO file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsThing">Whether its segments are things that can be counted; true where the file does not say.</param>
internal sealed record CocoCategory(long Id, string Name, bool IsThing);
