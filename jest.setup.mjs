// Nest must be loaded by the ESM loader before any CommonJS add-on requires it, or its import cycle breaks.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
