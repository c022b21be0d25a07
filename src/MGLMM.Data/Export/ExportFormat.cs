namespace MGLMM.Data.Export;

/// <summary>A format that SegCap files are written in.</summary>
public enum ExportFormat
{
    /// <summary>COCO instances: <c>annotations/instances.json</c>, an image a sample.</summary>
    Coco,

    /// <summary>MGSC: a split file and an annotation file a picture, with tagged captions.</summary>
    Mgsc,

    /// <summary>GranD-f: <c>annotations/train/GranDf_HA_GCG_train.json</c>, captions with grounded phrases.</summary>
    GranDf,
}
