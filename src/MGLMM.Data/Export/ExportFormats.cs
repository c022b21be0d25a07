using System.Diagnostics;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Export;

/// <summary>The writers of the formats.</summary>
internal static class ExportFormats
{
    /// <summary>Writes all samples.</summary>
    /// <param name="format">The format.</param>
    /// <param name="samples">Reads the samples anew at every call.</param>
    /// <param name="target">Where to write.</param>
    public static void Write(ExportFormat format, Func<IEnumerable<SegCapSample>> samples, ExportFolder target)
    {
        switch (format)
        {
            case ExportFormat.Coco:
                CocoExport.Write(samples, target);
                break;
            case ExportFormat.Mgsc:
                MgscExport.Write(samples, target);
                break;
            case ExportFormat.GranDf:
                GranDfExport.Write(samples, target);
                break;
            default:
                throw new UnreachableException();
        }
    }
}
