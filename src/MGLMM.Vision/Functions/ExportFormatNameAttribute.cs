namespace MGLMM.Vision.Functions;

/// <summary>The parameter is the name of an export format: which there are, the toolset's options say.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class ExportFormatNameAttribute : Attribute;
