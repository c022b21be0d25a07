namespace MGLMM.Samples.InspectionWorkflow;

// What goes from step to step: handles and where their workspace lies, never pixels. A checkpoint is these records as JSON.

/// <summary>Go on with the picture of this number, from 0.</summary>
internal sealed record NextPicture(int Index);

/// <summary>A picture of the folder, by its file's name.</summary>
internal sealed record PictureFile(int Index, string Name);

/// <summary>A picture that could not be inspected.</summary>
internal sealed record SkippedPicture(PictureFile File, string Why);

/// <summary>A picture with a handle.</summary>
internal sealed record OpenedPicture(PictureFile File, string Image);

/// <summary>A picture whose objects are known, as a set.</summary>
internal sealed record SegmentedPicture(PictureFile File, string Image, string? Objects);

/// <summary>A picture with what the expression refers to.</summary>
internal sealed record ReferredPicture(PictureFile File, string Image, string? Objects, IReadOnlyList<string> Regions);

/// <summary>A mask that geometry has doubts about, and a picture of it for a person.</summary>
internal sealed record Doubt(string Region, string Why, string Preview);

/// <summary>What a person is asked.</summary>
internal sealed record ApprovalRequest(ReferredPicture Picture, IReadOnlyList<Doubt> Doubts);

/// <summary>What a person answers: the masks that are wrong.</summary>
internal sealed record ApprovalAnswer(ApprovalRequest Request, IReadOnlyList<string> Rejected);

/// <summary>A picture whose masks are decided.</summary>
internal sealed record CheckedPicture(PictureFile File, string Image, IReadOnlyList<string> Regions, int Rejected);

/// <summary>The end.</summary>
internal sealed record InspectionReport(int Pictures, string Path);
