; made from sources c933e5d6387098a411efcedede38ec1e by graphc.runtime.native_text
declare void @graphc_pause()

define internal fastcc void @launch(ptr %retptr, i64 %arg.control, i64 %arg.function, i64 %arg.argument) {
entry:
  %.9 = inttoptr i64 %arg.control to ptr
  %.10 = getelementptr i8, ptr %.9, i64 8
  store i64 %arg.function, ptr %.10, align 8
  %.14 = getelementptr i8, ptr %.9, i64 16
  store i64 %arg.argument, ptr %.14, align 8
  %.22 = load i64, ptr %.9, align 8
  %.23 = add i64 %.22, 1
  store atomic i64 %.23, ptr %.9 seq_cst, align 8
  %.28 = getelementptr i8, ptr %.9, i64 24
  %.29 = load i64, ptr %.28, align 8
  %.62 = add i64 %arg.control, 520
  %smax = tail call i64 @llvm.smax.i64(i64 %.29, i64 1)
  br label %B310

B310:                                             ; preds = %B312, %entry
  %.36.0 = phi i64 [ 1, %entry ], [ %.49, %B312 ]
  %exitcond.not = icmp eq i64 %.36.0, %smax
  br i1 %exitcond.not, label %B526, label %B312

B312:                                             ; preds = %B310
  %.49 = add i64 %.36.0, 1
  %.59 = shl i64 %.36.0, 7
  %.64 = add i64 %.62, %.59
  %.65 = inttoptr i64 %.64 to ptr
  %.66 = load atomic i64, ptr %.65 seq_cst, align 8
  %.67.not = icmp eq i64 %.66, 0
  br i1 %.67.not, label %B310, label %B442

common.ret:                                       ; preds = %B602.i, %B260.i, %B442
  %storemerge = phi i64 [ -2, %B442 ], [ 0, %B260.i ], [ 0, %B602.i ]
  store i64 %storemerge, ptr %retptr, align 8
  ret void

B442:                                             ; preds = %B312
  %.71 = getelementptr i8, ptr %.9, i64 32
  store i64 1, ptr %.71, align 8
  br label %common.ret

B526:                                             ; preds = %B310
  %.8.i = getelementptr i8, ptr %.9, i64 32
  store i64 0, ptr %.8.i, align 8
  %.13.i = load i64, ptr %.10, align 8
  %.18.i = load i64, ptr %.28, align 8
  %.21.not.i = icmp eq i64 %.13.i, 0
  br i1 %.21.not.i, label %B260.i, label %B174.i

B174.i:                                           ; preds = %B526
  %.26.i = load i64, ptr %.14, align 8
  %.30.i = inttoptr i64 %.13.i to ptr
  tail call void %.30.i(i64 %arg.control, i64 %.26.i, i64 0, i64 %.18.i)
  br label %B260.i

B260.i:                                           ; preds = %B174.i, %B526
  %.36.i = load i64, ptr %.9, align 8
  %.6013.i = icmp sgt i64 %.18.i, 1
  br i1 %.6013.i, label %B346.lr.ph.i, label %common.ret

B346.lr.ph.i:                                     ; preds = %B260.i
  %.70.i = add i64 %arg.control, 512
  %.10.i.i = getelementptr i8, ptr %.9, i64 408
  %.15.i.i = getelementptr i8, ptr %.9, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.9, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.9, i64 392
  %.25.i.i = getelementptr i8, ptr %.9, i64 416
  br label %B346.i

B346.i:                                           ; preds = %B602.i, %B346.lr.ph.i
  %.5815.i = phi i64 [ 2, %B346.lr.ph.i ], [ %.58.i, %B602.i ]
  %.45.014.i = phi i64 [ 1, %B346.lr.ph.i ], [ %.5815.i, %B602.i ]
  %.68.i = shl i64 %.45.014.i, 7
  %.72.i = add i64 %.70.i, %.68.i
  %.78.i = inttoptr i64 %.72.i to ptr
  %.79.i = load atomic i64, ptr %.78.i acquire, align 8
  %.81.not.i = icmp eq i64 %.79.i, %.36.i
  br i1 %.81.not.i, label %B602.i, label %B490.i

B490.i:                                           ; preds = %B346.i, %wait.exit.i
  %spins.0.i = phi i64 [ %.112.i, %wait.exit.i ], [ 0, %B346.i ]
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.18.i.i = icmp sgt i64 %spins.0.i, %.16.i.i
  %.21.i.i = icmp ne i64 %.11.i.i, 0
  %or.cond.i.i = select i1 %.18.i.i, i1 %.21.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B490.i
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.28.i.i = inttoptr i64 %.11.i.i to ptr
  tail call void %.28.i.i(i64 %.26.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B490.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.112.i = add i64 %spins.0.i, 1
  %.118.i = load atomic i64, ptr %.78.i acquire, align 8
  %.120.not.i = icmp eq i64 %.118.i, %.36.i
  br i1 %.120.not.i, label %B602.i, label %B490.i

B602.i:                                           ; preds = %wait.exit.i, %B346.i
  %.58.i = add i64 %.5815.i, 1
  %exitcond.not.i = icmp eq i64 %.5815.i, %.18.i
  br i1 %exitcond.not.i, label %common.ret, label %B346.i
}

define internal fastcc void @walk(ptr %retptr, i64 %arg.control, i64 %arg.step, i64 %arg.thread, i64 %arg.threads) {
entry:
  %.11 = inttoptr i64 %arg.step to ptr
  %.20 = getelementptr i8, ptr %.11, i64 8
  %.21 = load i64, ptr %.20, align 8
  %.4416 = icmp sgt i64 %.21, 0
  br i1 %.4416, label %B190.lr.ph, label %common.ret

B190.lr.ph:                                       ; preds = %entry
  %.16 = getelementptr i8, ptr %.11, i64 24
  %.17 = load i64, ptr %.16, align 8
  %.13 = load i64, ptr %.11, align 8
  %.13.i = icmp eq i64 %arg.threads, 1
  %.26.i = add i64 %arg.control, 256
  %.27.i = inttoptr i64 %.26.i to ptr
  %.32.i = add i64 %arg.control, 128
  %.33.i = inttoptr i64 %.32.i to ptr
  %.36.i = add i64 %arg.threads, -1
  %.9.i.i = inttoptr i64 %arg.control to ptr
  %.10.i.i = getelementptr i8, ptr %.9.i.i, i64 408
  %.15.i.i = getelementptr i8, ptr %.9.i.i, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.9.i.i, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.9.i.i, i64 392
  %.25.i.i = getelementptr i8, ptr %.9.i.i, i64 416
  %.46.i = add i64 %arg.control, 264
  %.48.i = inttoptr i64 %.17 to ptr
  %.54.i = inttoptr i64 %.46.i to ptr
  %.100 = icmp sgt i64 %arg.threads, 1
  %.116 = icmp eq i64 %arg.thread, 0
  %.148 = getelementptr i8, ptr %.48.i, i64 8
  br label %B190

B190:                                             ; preds = %B190.lr.ph, %B832
  %.4218 = phi i64 [ 1, %B190.lr.ph ], [ %.42, %B832 ]
  %record.017 = phi i64 [ %.13, %B190.lr.ph ], [ %.153, %B832 ]
  %.53 = inttoptr i64 %record.017 to ptr
  %.54 = getelementptr i8, ptr %.53, i64 16
  %.55 = load i64, ptr %.54, align 8
  %.58 = and i64 %.55, 2
  %.59.not = icmp eq i64 %.58, 0
  br i1 %.59.not, label %B324, label %B274

B274:                                             ; preds = %B190
  br i1 %.13.i, label %B16.i, label %B78.i

B16.i:                                            ; preds = %B274
  %.17.i = load atomic i64, ptr %.48.i acquire, align 8
  %.20.i = load atomic i64, ptr %.48.i acquire, align 8
  %.21.i = or i64 %.20.i, %.17.i
  br label %meet.exit

B78.i:                                            ; preds = %B274
  %.28.i = load atomic i64, ptr %.27.i acquire, align 8
  %.34.i = atomicrmw add ptr %.33.i, i64 1 acq_rel, align 8
  %.37.i = icmp eq i64 %.34.i, %.36.i
  br i1 %.37.i, label %B218.i, label %B476.i

B218.i:                                           ; preds = %B78.i
  store i64 0, ptr %.33.i, align 8
  %.49.i = load atomic i64, ptr %.48.i acquire, align 8
  %.52.i = load atomic i64, ptr %.48.i acquire, align 8
  %.53.i = or i64 %.52.i, %.49.i
  store i64 %.53.i, ptr %.54.i, align 8
  %.60.i = add i64 %.28.i, 1
  store atomic i64 %.60.i, ptr %.27.i release, align 8
  br label %B662.i

B476.i:                                           ; preds = %B78.i
  %.69.i = load atomic i64, ptr %.27.i acquire, align 8
  %.71.i = icmp eq i64 %.69.i, %.28.i
  br i1 %.71.i, label %B550.i, label %B662.i

B550.i:                                           ; preds = %B476.i, %wait.exit.i
  %spins.0.i = phi i64 [ %.102.i, %wait.exit.i ], [ 0, %B476.i ]
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.18.i.i = icmp sgt i64 %spins.0.i, %.16.i.i
  %.21.i.i = icmp ne i64 %.11.i.i, 0
  %or.cond.i.i = select i1 %.18.i.i, i1 %.21.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B550.i
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.28.i.i = inttoptr i64 %.11.i.i to ptr
  tail call void %.28.i.i(i64 %.26.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B550.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.102.i = add i64 %spins.0.i, 1
  %.108.i = load atomic i64, ptr %.27.i acquire, align 8
  %.110.i = icmp eq i64 %.108.i, %.28.i
  br i1 %.110.i, label %B550.i, label %B662.i

B662.i:                                           ; preds = %wait.exit.i, %B476.i, %B218.i
  %.116.i = load i64, ptr %.54.i, align 8
  br label %meet.exit

meet.exit: ; preds = %B16.i, %B662.i
  %storemerge.i = phi i64 [ %.116.i, %B662.i ], [ %.21.i, %B16.i ]
  %.91.not = icmp eq i64 %storemerge.i, 0
  br i1 %.91.not, label %B324, label %common.ret

common.ret:                                       ; preds = %meet.exit, %B832, %entry
  %storemerge = phi i64 [ 0, %entry ], [ 0, %B832 ], [ 1, %meet.exit ]
  store i64 %storemerge, ptr %retptr, align 8
  ret void

B324:                                             ; preds = %meet.exit, %B190
  %.96 = and i64 %.55, 1
  %.97 = icmp ne i64 %.96, 0
  %or.cond = select i1 %.97, i1 %.100, i1 false
  br i1 %or.cond, label %B366, label %B500

B366:                                             ; preds = %B324
  %.105 = load i64, ptr %.53, align 8
  %.108 = getelementptr i8, ptr %.53, i64 8
  %.109 = load i64, ptr %.108, align 8
  %.112 = inttoptr i64 %.105 to ptr
  tail call void %.112(i64 %.109, i64 %arg.thread, i64 %arg.threads)
  br label %B832

B500:                                             ; preds = %B324
  br i1 %.116, label %B512, label %B832

B512:                                             ; preds = %B500
  %.120 = load i64, ptr %.48.i, align 8
  %.121 = icmp eq i64 %.120, 0
  br i1 %.121, label %B550, label %B832

B550:                                             ; preds = %B512
  %.126 = load i64, ptr %.53, align 8
  %.129 = getelementptr i8, ptr %.53, i64 8
  %.130 = load i64, ptr %.129, align 8
  %.131 = inttoptr i64 %.126 to ptr
  tail call void %.131(i64 %.130, i64 0, i64 1)
  %.134 = and i64 %.55, 4
  %.135.not = icmp eq i64 %.134, 0
  br i1 %.135.not, label %B832, label %B712

B712:                                             ; preds = %B550
  %.139 = load i64, ptr %.48.i, align 8
  %.140.not = icmp eq i64 %.139, 0
  br i1 %.140.not, label %B832, label %B750

B750:                                             ; preds = %B712
  %.144 = getelementptr i8, ptr %.53, i64 24
  %.145 = load i64, ptr %.144, align 8
  store i64 %.145, ptr %.148, align 8
  br label %B832

B832:                                             ; preds = %B750, %B712, %B550, %B512, %B500, %B366
  %.153 = add i64 %record.017, 32
  %.42 = add i64 %.4218, 1
  %exitcond.not = icmp eq i64 %.4218, %.21
  br i1 %exitcond.not, label %common.ret, label %B190
}

declare void @llvm.memcpy.p0.p0.i64(ptr , ptr , i64, i1 )

define i64 @graphc_worker(i64 %a0, i64 %a1) {
  %.9.i = shl i64 %a1, 7
  %.11.i = add i64 %a0, 512
  %.13.i = add i64 %.11.i, %.9.i
  %.17.i = add i64 %.13.i, 8
  %.18.i = inttoptr i64 %.17.i to ptr
  store atomic i64 0, ptr %.18.i seq_cst, align 8
  %.23.i = inttoptr i64 %.13.i to ptr
  %.24.i = load i64, ptr %.23.i, align 8
  %.31.i = inttoptr i64 %a0 to ptr
  %.38.i = getelementptr i8, ptr %.31.i, i64 8
  %.49.i = getelementptr i8, ptr %.31.i, i64 16
  %.53.i = getelementptr i8, ptr %.31.i, i64 24
  %.76.i = getelementptr i8, ptr %.31.i, i64 400
  %.7.i.i = getelementptr i8, ptr %.31.i, i64 384
  %.11.i.i = getelementptr i8, ptr %.31.i, i64 392
  br label %B204.i.outer.outer

B204.i.outer.outer:                               ; preds = %0, %B482.i
  %seen.0.i.ph.ph = phi i64 [ %.24.i, %0 ], [ %.42.i, %B482.i ]
  br label %B204.i.outer

B204.i.outer:                                     ; preds = %B204.i.outer.outer, %relax.exit.i
  %spins.0.i.ph = phi i64 [ %.110.i, %relax.exit.i ], [ 0, %B204.i.outer.outer ]
  br label %B204.i

B204.i:                                           ; preds = %B204.i.outer, %B810.i
  %.32.i = load atomic i64, ptr %.31.i acquire, align 8
  %.34.not.i = icmp eq i64 %.32.i, %seen.0.i.ph.ph
  br i1 %.34.not.i, label %B568.i, label %B274.i

B274.i:                                           ; preds = %B204.i
  %.39.i = load i64, ptr %.38.i, align 8
  %.42.i = add i64 %seen.0.i.ph.ph, 1
  %.45.not.i = icmp eq i64 %.39.i, 0
  br i1 %.45.not.i, label %B482.thread.i, label %B482.i

B482.thread.i:                                    ; preds = %B274.i
  store atomic i64 %.42.i, ptr %.23.i release, align 8
  br label %worker.exit

B482.i:                                           ; preds = %B274.i
  %.50.i = load i64, ptr %.49.i, align 8
  %.54.i = load i64, ptr %.53.i, align 8
  %.58.i = inttoptr i64 %.39.i to ptr
  tail call void %.58.i(i64 %a0, i64 %.50.i, i64 %a1, i64 %.54.i)
  store atomic i64 %.42.i, ptr %.23.i release, align 8
  br label %B204.i.outer.outer

B568.i:                                           ; preds = %B204.i
  %.77.i = load i64, ptr %.76.i, align 8
  %.79.i = icmp slt i64 %spins.0.i.ph, %.77.i
  br i1 %.79.i, label %B628.i, label %B672.i

B628.i:                                           ; preds = %B568.i
  %.8.i.i = load i64, ptr %.7.i.i, align 8
  %.12.i.i = load i64, ptr %.11.i.i, align 8
  %.13.i.i = icmp sgt i64 %spins.0.i.ph, %.12.i.i
  %.16.i.i = icmp ne i64 %.8.i.i, 0
  %or.cond.i.i = select i1 %.13.i.i, i1 %.16.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B162.i.i

B128.i.i:                                         ; preds = %B628.i
  %.19.i.i = inttoptr i64 %.8.i.i to ptr
  tail call void %.19.i.i()
  br label %relax.exit.i

B162.i.i:                                         ; preds = %B628.i
  tail call void @graphc_pause()
  br label %relax.exit.i

relax.exit.i: ; preds = %B162.i.i, %B128.i.i
  %.110.i = add i64 %spins.0.i.ph, 1
  br label %B204.i.outer

B672.i:                                           ; preds = %B568.i
  store atomic i64 1, ptr %.18.i seq_cst, align 8
  %.122.i = load atomic i64, ptr %.31.i seq_cst, align 8
  %.124.i = icmp eq i64 %.122.i, %seen.0.i.ph.ph
  br i1 %.124.i, label %worker.exit, label %B810.i

B810.i:                                           ; preds = %B672.i
  store atomic i64 0, ptr %.18.i seq_cst, align 8
  br label %B204.i

worker.exit: ; preds = %B672.i, %B482.thread.i
  %storemerge.i = phi i64 [ 1, %B482.thread.i ], [ 0, %B672.i ]
  ret i64 %storemerge.i
}

define i64 @graphc_launch(i64 %a0, i64 %a1, i64 %a2) {
  %answer = alloca i64, align 8
  call fastcc void @launch(ptr %answer, i64 %a0, i64 %a1, i64 %a2)
  %value = load i64, ptr %answer, align 8
  ret i64 %value
}

define i64 @graphc_finish(i64 %a0) {
  %.7.i = inttoptr i64 %a0 to ptr
  %.8.i = getelementptr i8, ptr %.7.i, i64 32
  store i64 0, ptr %.8.i, align 8
  %.12.i = getelementptr i8, ptr %.7.i, i64 8
  %.13.i = load i64, ptr %.12.i, align 8
  %.17.i = getelementptr i8, ptr %.7.i, i64 24
  %.18.i = load i64, ptr %.17.i, align 8
  %.21.not.i = icmp eq i64 %.13.i, 0
  br i1 %.21.not.i, label %B260.i, label %B174.i

B174.i:                                           ; preds = %0
  %.25.i = getelementptr i8, ptr %.7.i, i64 16
  %.26.i = load i64, ptr %.25.i, align 8
  %.30.i = inttoptr i64 %.13.i to ptr
  tail call void %.30.i(i64 %a0, i64 %.26.i, i64 0, i64 %.18.i)
  br label %B260.i

B260.i:                                           ; preds = %B174.i, %0
  %.36.i = load i64, ptr %.7.i, align 8
  %.6013.i = icmp sgt i64 %.18.i, 1
  br i1 %.6013.i, label %B346.lr.ph.i, label %finish.exit

B346.lr.ph.i:                                     ; preds = %B260.i
  %.70.i = add i64 %a0, 512
  %.10.i.i = getelementptr i8, ptr %.7.i, i64 408
  %.15.i.i = getelementptr i8, ptr %.7.i, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.7.i, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.7.i, i64 392
  %.25.i.i = getelementptr i8, ptr %.7.i, i64 416
  br label %B346.i

B346.i:                                           ; preds = %B602.i, %B346.lr.ph.i
  %.5815.i = phi i64 [ 2, %B346.lr.ph.i ], [ %.58.i, %B602.i ]
  %.45.014.i = phi i64 [ 1, %B346.lr.ph.i ], [ %.5815.i, %B602.i ]
  %.68.i = shl i64 %.45.014.i, 7
  %.72.i = add i64 %.70.i, %.68.i
  %.78.i = inttoptr i64 %.72.i to ptr
  %.79.i = load atomic i64, ptr %.78.i acquire, align 8
  %.81.not.i = icmp eq i64 %.79.i, %.36.i
  br i1 %.81.not.i, label %B602.i, label %B490.i

B490.i:                                           ; preds = %B346.i, %wait.exit.i
  %spins.0.i = phi i64 [ %.112.i, %wait.exit.i ], [ 0, %B346.i ]
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.18.i.i = icmp sgt i64 %spins.0.i, %.16.i.i
  %.21.i.i = icmp ne i64 %.11.i.i, 0
  %or.cond.i.i = select i1 %.18.i.i, i1 %.21.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B490.i
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.28.i.i = inttoptr i64 %.11.i.i to ptr
  tail call void %.28.i.i(i64 %.26.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B490.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.112.i = add i64 %spins.0.i, 1
  %.118.i = load atomic i64, ptr %.78.i acquire, align 8
  %.120.not.i = icmp eq i64 %.118.i, %.36.i
  br i1 %.120.not.i, label %B602.i, label %B490.i

B602.i:                                           ; preds = %wait.exit.i, %B346.i
  %.58.i = add i64 %.5815.i, 1
  %exitcond.not.i = icmp eq i64 %.5815.i, %.18.i
  br i1 %exitcond.not.i, label %finish.exit, label %B346.i

finish.exit: ; preds = %B602.i, %B260.i
  ret i64 0
}

define i64 @graphc_enter(i64 %a0, i64 %a1) {
  %.152.i = alloca i64, align 8
  store i64 0, ptr %.152.i, align 8
  %.9.not.i = icmp eq i64 %a1, 0
  %.pre.i = inttoptr i64 %a0 to ptr
  br i1 %.9.not.i, label %B80.i, label %B16.i

B16.i:                                            ; preds = %0
  %.10.i.i = getelementptr i8, ptr %.pre.i, i64 64
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.15.i.i = getelementptr i8, ptr %.pre.i, i64 56
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.20.i.i = add i64 %.11.i.i, %a1
  %.21.i.i = inttoptr i64 %.20.i.i to ptr
  %.22.i.i = load i64, ptr %.21.i.i, align 8
  %.24.not.i.i = icmp eq i64 %.22.i.i, %.16.i.i
  br i1 %.24.not.i.i, label %B156.i.i, label %enter.exit

B156.i.i:                                         ; preds = %B16.i
  %.6319.i.i = icmp sgt i64 %.16.i.i, 0
  br i1 %.6319.i.i, label %B300.lr.ph.i.i, label %B80.i

B300.lr.ph.i.i:                                   ; preds = %B156.i.i
  %.37.i.i = getelementptr i8, ptr %.pre.i, i64 48
  %.38.i.i = load i64, ptr %.37.i.i, align 8
  %.30.i.i = getelementptr i8, ptr %.pre.i, i64 72
  %.31.i.i = load i64, ptr %.30.i.i, align 8
  %.33.i.i = add i64 %.31.i.i, %a1
  %.72.i.i = inttoptr i64 %.33.i.i to ptr
  br label %B300.i.i

B300.i.i:                                         ; preds = %B930.i.i, %B300.lr.ph.i.i
  %.6122.i.i = phi i64 [ 1, %B300.lr.ph.i.i ], [ %.61.i.i, %B930.i.i ]
  %record.021.i.i = phi i64 [ %.38.i.i, %B300.lr.ph.i.i ], [ %.192.i.i, %B930.i.i ]
  %.47.020.i.i = phi i64 [ 0, %B300.lr.ph.i.i ], [ %.6122.i.i, %B930.i.i ]
  %.73.i.i = getelementptr i64, ptr %.72.i.i, i64 %.47.020.i.i
  %.74.i.i = load i64, ptr %.73.i.i, align 8
  %.78.i.i = add i64 %.74.i.i, %.11.i.i
  %.79.i.i = add i64 %.78.i.i, -8
  %.80.i.i = inttoptr i64 %.79.i.i to ptr
  %.81.i.i = load i64, ptr %.80.i.i, align 8
  %.83.i.i = inttoptr i64 %record.021.i.i to ptr
  %.85.i.i = load i64, ptr %.83.i.i, align 8
  %.86.not.i.i = icmp eq i64 %.81.i.i, %.85.i.i
  br i1 %.86.not.i.i, label %B438.i.i, label %enter.exit

B438.i.i:                                         ; preds = %B300.i.i
  %.96.i.i = getelementptr i8, ptr %.83.i.i, i64 16
  %.97.i.i = load i64, ptr %.96.i.i, align 8
  %.100.i.i = inttoptr i64 %.78.i.i to ptr
  %.101.i.i = getelementptr i8, ptr %.100.i.i, i64 40
  %.102.i.i = load i64, ptr %.101.i.i, align 8
  %.105.i.i = getelementptr i8, ptr %.83.i.i, i64 8
  %.106.i.i = load i64, ptr %.105.i.i, align 8
  %.107.not.i.i = icmp eq i64 %.102.i.i, %.106.i.i
  br i1 %.107.not.i.i, label %B588.i.i, label %enter.exit

B588.i.i:                                         ; preds = %B438.i.i
  %.110.i.i = add i64 %.78.i.i, 8
  %.111.i.i = inttoptr i64 %.110.i.i to ptr
  %.112.i.i = load i32, ptr %.111.i.i, align 4
  %.113.i.i = zext i32 %.112.i.i to i64
  %.115.not.i.i = icmp eq i64 %.97.i.i, %.113.i.i
  br i1 %.115.not.i.i, label %B638.i.i, label %enter.exit

B638.i.i:                                         ; preds = %B588.i.i
  %.120.i.i = add i64 %.78.i.i, 48
  %.121.i.i = inttoptr i64 %.120.i.i to ptr
  %.122.i.i = load i32, ptr %.121.i.i, align 4
  %1 = and i32 %.122.i.i, 257
  %.125.not.i.i = icmp eq i32 %1, 257
  br i1 %.125.not.i.i, label %B734.i.i, label %enter.exit

B734.i.i:                                         ; preds = %B638.i.i
  %.131.i.i = getelementptr i8, ptr %.100.i.i, i64 16
  %.132.i.i = load i64, ptr %.131.i.i, align 8
  %.136.i.i = getelementptr i8, ptr %.83.i.i, i64 24
  %.137.i.i = load i64, ptr %.136.i.i, align 8
  %.170.i.i = inttoptr i64 %.132.i.i to ptr
  %.174.i.i = inttoptr i64 %.137.i.i to ptr
  br label %B848.i.i

B848.i.i:                                         ; preds = %B850.i.i, %B734.i.i
  %.146.0.i.i = phi i64 [ 0, %B734.i.i ], [ %.159.i.i, %B850.i.i ]
  %exitcond.not.i.i = icmp eq i64 %.146.0.i.i, %.97.i.i
  br i1 %exitcond.not.i.i, label %B930.i.i, label %B850.i.i

B850.i.i:                                         ; preds = %B848.i.i
  %.159.i.i = add i64 %.146.0.i.i, 1
  %.171.i.i = getelementptr i64, ptr %.170.i.i, i64 %.146.0.i.i
  %.172.i.i = load i64, ptr %.171.i.i, align 8
  %.175.i.i = getelementptr i64, ptr %.174.i.i, i64 %.146.0.i.i
  %.176.i.i = load i64, ptr %.175.i.i, align 8
  %.177.not.i.i = icmp eq i64 %.172.i.i, %.176.i.i
  br i1 %.177.not.i.i, label %B848.i.i, label %enter.exit

B930.i.i:                                         ; preds = %B848.i.i
  %.185.i.i = load i64, ptr %.100.i.i, align 8
  %.188.i.i = getelementptr i8, ptr %.83.i.i, i64 48
  store i64 %.185.i.i, ptr %.188.i.i, align 8
  %.192.i.i = add i64 %record.021.i.i, 56
  %.61.i.i = add i64 %.6122.i.i, 1
  %exitcond23.not.i.i = icmp eq i64 %.6122.i.i, %.16.i.i
  br i1 %exitcond23.not.i.i, label %B80.i, label %B300.i.i

B80.i:                                            ; preds = %B930.i.i, %B156.i.i, %0
  %.50.i = getelementptr i8, ptr %.pre.i, i64 56
  %.51.i = load i64, ptr %.50.i, align 8
  %.7333.i = icmp sgt i64 %.51.i, 0
  br i1 %.7333.i, label %B212.preheader.i, label %B282.i

B212.preheader.i:                                 ; preds = %B80.i
  %.45.i = getelementptr i8, ptr %.pre.i, i64 48
  %.46.i = load i64, ptr %.45.i, align 8
  br label %B212.i

B212.i:                                           ; preds = %set_slots.exit.i, %B212.preheader.i
  %.7135.i = phi i64 [ %.71.i, %set_slots.exit.i ], [ 1, %B212.preheader.i ]
  %record.034.i = phi i64 [ %.108.i, %set_slots.exit.i ], [ %.46.i, %B212.preheader.i ]
  %.5.i.i = inttoptr i64 %record.034.i to ptr
  %.6.i.i = getelementptr i8, ptr %.5.i.i, i64 48
  %.7.i.i = load i64, ptr %.6.i.i, align 8
  %.14.i.i = getelementptr i8, ptr %.5.i.i, i64 40
  %.15.i14.i = load i64, ptr %.14.i.i, align 8
  %.371.i.i = icmp sgt i64 %.15.i14.i, 0
  br i1 %.371.i.i, label %B188.lr.ph.i.i, label %set_slots.exit.i

B188.lr.ph.i.i:                                   ; preds = %B212.i
  %.10.i15.i = getelementptr i8, ptr %.5.i.i, i64 32
  %.11.i16.i = load i64, ptr %.10.i15.i, align 8
  %.46.i.i = inttoptr i64 %.11.i16.i to ptr
  br label %B188.i.i

B188.i.i:                                         ; preds = %B188.i.i, %B188.lr.ph.i.i
  %.22.02.i.i = phi i64 [ 0, %B188.lr.ph.i.i ], [ %.35.i.i, %B188.i.i ]
  %.35.i.i = add i64 %.22.02.i.i, 1
  %.47.i.i = getelementptr i64, ptr %.46.i.i, i64 %.22.02.i.i
  %.48.i.i = load i64, ptr %.47.i.i, align 8
  %.50.i.i = inttoptr i64 %.48.i.i to ptr
  store i64 %.7.i.i, ptr %.50.i.i, align 8
  %exitcond.not.i17.i = icmp eq i64 %.35.i.i, %.15.i14.i
  br i1 %exitcond.not.i17.i, label %set_slots.exit.i, label %B188.i.i

set_slots.exit.i: ; preds = %B188.i.i, %B212.i
  %.108.i = add i64 %record.034.i, 56
  %.71.i = add i64 %.7135.i, 1
  %exitcond.not.i = icmp eq i64 %.7135.i, %.51.i
  br i1 %exitcond.not.i, label %B282.i, label %B212.i

B282.i:                                           ; preds = %set_slots.exit.i, %B80.i
  %.113.i = getelementptr i8, ptr %.pre.i, i64 16
  %.114.i = load i64, ptr %.113.i, align 8
  %.115.i = icmp eq i64 %.114.i, 1
  br i1 %.115.i, label %B342.i, label %B380.i

B342.i:                                           ; preds = %B282.i
  %.20.i19.i = getelementptr i8, ptr %.pre.i, i64 8
  %.21.i20.i = load i64, ptr %.20.i19.i, align 8
  %.4416.i.i = icmp sgt i64 %.21.i20.i, 0
  br i1 %.4416.i.i, label %B190.lr.ph.i.i, label %B562.i

B190.lr.ph.i.i:                                   ; preds = %B342.i
  %.16.i21.i = getelementptr i8, ptr %.pre.i, i64 24
  %.17.i.i = load i64, ptr %.16.i21.i, align 8
  %.13.i.i = load i64, ptr %.pre.i, align 8
  %.48.i.i.i = inttoptr i64 %.17.i.i to ptr
  %.148.i.i = getelementptr i8, ptr %.48.i.i.i, i64 8
  br label %B190.i.i

B190.i.i:                                         ; preds = %B832.i.i, %B190.lr.ph.i.i
  %.4218.i.i = phi i64 [ 1, %B190.lr.ph.i.i ], [ %.42.i.i, %B832.i.i ]
  %record.017.i.i = phi i64 [ %.13.i.i, %B190.lr.ph.i.i ], [ %.153.i.i, %B832.i.i ]
  %.53.i.i = inttoptr i64 %record.017.i.i to ptr
  %.54.i.i = getelementptr i8, ptr %.53.i.i, i64 16
  %.55.i.i = load i64, ptr %.54.i.i, align 8
  %.58.i.i = and i64 %.55.i.i, 2
  %.59.not.i.i = icmp eq i64 %.58.i.i, 0
  br i1 %.59.not.i.i, label %B324.ithread-pre-split.i, label %B274.i.i

B274.i.i:                                         ; preds = %B190.i.i
  %.17.i.i.i = load atomic i64, ptr %.48.i.i.i acquire, align 8
  %.20.i.i.i = load atomic i64, ptr %.48.i.i.i acquire, align 8
  %.21.i.i.i = or i64 %.20.i.i.i, %.17.i.i.i
  %.91.not.i.i = icmp eq i64 %.21.i.i.i, 0
  br i1 %.91.not.i.i, label %B324.i.i, label %B562.i

B324.ithread-pre-split.i:                         ; preds = %B190.i.i
  %.120.i24.pr.i = load i64, ptr %.48.i.i.i, align 8
  br label %B324.i.i

B324.i.i:                                         ; preds = %B324.ithread-pre-split.i, %B274.i.i
  %.120.i24.i = phi i64 [ %.120.i24.pr.i, %B324.ithread-pre-split.i ], [ %.20.i.i.i, %B274.i.i ]
  %.121.i25.i = icmp eq i64 %.120.i24.i, 0
  br i1 %.121.i25.i, label %B550.i.i, label %B832.i.i

B550.i.i:                                         ; preds = %B324.i.i
  %.126.i.i = load i64, ptr %.53.i.i, align 8
  %.129.i.i = getelementptr i8, ptr %.53.i.i, i64 8
  %.130.i.i = load i64, ptr %.129.i.i, align 8
  %.131.i27.i = inttoptr i64 %.126.i.i to ptr
  tail call void %.131.i27.i(i64 %.130.i.i, i64 0, i64 1)
  %.134.i.i = and i64 %.55.i.i, 4
  %.135.not.i.i = icmp eq i64 %.134.i.i, 0
  br i1 %.135.not.i.i, label %B832.i.i, label %B712.i.i

B712.i.i:                                         ; preds = %B550.i.i
  %.139.i.i = load i64, ptr %.48.i.i.i, align 8
  %.140.not.i.i = icmp eq i64 %.139.i.i, 0
  br i1 %.140.not.i.i, label %B832.i.i, label %B750.i.i

B750.i.i:                                         ; preds = %B712.i.i
  %.144.i.i = getelementptr i8, ptr %.53.i.i, i64 24
  %.145.i.i = load i64, ptr %.144.i.i, align 8
  store i64 %.145.i.i, ptr %.148.i.i, align 8
  br label %B832.i.i

B832.i.i:                                         ; preds = %B750.i.i, %B712.i.i, %B550.i.i, %B324.i.i
  %.153.i.i = add i64 %record.017.i.i, 32
  %.42.i.i = add i64 %.4218.i.i, 1
  %exitcond.not.i26.i = icmp eq i64 %.4218.i.i, %.21.i20.i
  br i1 %exitcond.not.i26.i, label %B562.i, label %B190.i.i

B380.i:                                           ; preds = %B282.i
  %.145.i = getelementptr i8, ptr %.pre.i, i64 32
  %.146.i = load i64, ptr %.145.i, align 8
  %.149.i = getelementptr i8, ptr %.pre.i, i64 40
  %.150.i = load i64, ptr %.149.i, align 8
  store i64 0, ptr %.152.i, align 8
  call fastcc void @launch(ptr %.152.i, i64 %.146.i, i64 %.150.i, i64 %a0)
  %.166.i = load i64, ptr %.152.i, align 8
  %.176.not.i = icmp eq i64 %.166.i, 0
  br i1 %.176.not.i, label %B562.i, label %enter.exit

B562.i:                                           ; preds = %B832.i.i, %B274.i.i, %B380.i, %B342.i
  %.182.i = getelementptr i8, ptr %.pre.i, i64 24
  %.183.i = load i64, ptr %.182.i, align 8
  %.184.i = inttoptr i64 %.183.i to ptr
  %.185.i = load i64, ptr %.184.i, align 8
  br label %enter.exit

enter.exit: ; preds = %B300.i.i, %B438.i.i, %B588.i.i, %B638.i.i, %B850.i.i, %B16.i, %B380.i, %B562.i
  %.185.sink.i = phi i64 [ %.185.i, %B562.i ], [ -1, %B16.i ], [ -2, %B380.i ], [ -1, %B850.i.i ], [ -1, %B638.i.i ], [ -1, %B588.i.i ], [ -1, %B438.i.i ], [ -1, %B300.i.i ]
  ret i64 %.185.sink.i
}

define void @graphc_step_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3) {
  %.8.i = alloca i64, align 8
  call fastcc void @walk(ptr %.8.i, i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  ret void
}

define void @graphc_epoch_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3) {
  %.164.i = alloca i64, align 8
  store i64 0, ptr %.164.i, align 8
  %.13.i = inttoptr i64 %a1 to ptr
  %.14.i = getelementptr i8, ptr %.13.i, i64 16
  %.15.i = load i64, ptr %.14.i, align 8
  %.45197.i = icmp sgt i64 %.15.i, 0
  br i1 %.45197.i, label %B142.lr.ph.i, label %epoch_body.exit

B142.lr.ph.i:                                     ; preds = %0
  %.19.i = getelementptr i8, ptr %.13.i, i64 56
  %.20.i = load i64, ptr %.19.i, align 8
  %.61.i = getelementptr i8, ptr %.13.i, i64 24
  %.66.i = add i64 %.15.i, -1
  %.72.i = getelementptr i8, ptr %.13.i, i64 8
  %.83.i = getelementptr i8, ptr %.13.i, i64 32
  %.17.i.i = getelementptr i8, ptr %.13.i, i64 40
  %.21.i.i = getelementptr i8, ptr %.13.i, i64 64
  %.28.i.i = add i64 %a3, -1
  %.32.i.i = icmp ne i64 %a3, 0
  %.44.i.i = icmp ne i64 %a3, -1
  %.176.i.i = icmp eq i64 %a2, 0
  %.126.i = icmp sgt i64 %a3, 1
  %.26.i40.i = add i64 %a0, 256
  %.27.i.i = inttoptr i64 %.26.i40.i to ptr
  %.32.i42.i = add i64 %a0, 128
  %.33.i.i = inttoptr i64 %.32.i42.i to ptr
  %.9.i.i.i = inttoptr i64 %a0 to ptr
  %.10.i.i45.i = getelementptr i8, ptr %.9.i.i.i, i64 408
  %.15.i.i46.i = getelementptr i8, ptr %.9.i.i.i, i64 424
  %.7.i.i.i.i = getelementptr i8, ptr %.9.i.i.i, i64 384
  %.11.i.i.i.i = getelementptr i8, ptr %.9.i.i.i, i64 392
  %.25.i.i.i = getelementptr i8, ptr %.9.i.i.i, i64 416
  %.46.i.i = add i64 %a0, 264
  %.54.i.i = inttoptr i64 %.46.i.i to ptr
  %.13.i57.i = icmp eq i64 %a3, 1
  %.51.i109.i = inttoptr i64 %.20.i to ptr
  %.16.i121.i = getelementptr i8, ptr %.13.i, i64 80
  %.12.i123.i = getelementptr i8, ptr %.13.i, i64 72
  %.259.i = getelementptr i8, ptr %.13.i, i64 48
  %.276.i = getelementptr i8, ptr %.13.i, i64 88
  br label %B142.i

B142.i:                                           ; preds = %B142.i.backedge, %B142.lr.ph.i
  %.43199.i = phi i64 [ 1, %B142.lr.ph.i ], [ %.43199.i.be, %B142.i.backedge ]
  %.29.0198.i = phi i64 [ 0, %B142.lr.ph.i ], [ %.43199.i, %B142.i.backedge ]
  %.57.i = load i64, ptr %.13.i, align 8
  %.62.i = load i64, ptr %.61.i, align 8
  %.68.i = icmp eq i64 %.29.0198.i, %.66.i
  br i1 %.68.i, label %B270.i, label %B438.i

B270.i:                                           ; preds = %B142.i
  %.73.i = load i64, ptr %.72.i, align 8
  %.74.not.i = icmp eq i64 %.73.i, 0
  br i1 %.74.not.i, label %B438.i, label %B330.i

B330.i:                                           ; preds = %B270.i
  %.84.i = load i64, ptr %.83.i, align 8
  br label %B438.i

B438.i:                                           ; preds = %B330.i, %B270.i, %B142.i
  %.68.not.i.i = phi i1 [ false, %B330.i ], [ true, %B270.i ], [ true, %B142.i ]
  %rows.0.i = phi i64 [ %.84.i, %B330.i ], [ %.62.i, %B270.i ], [ %.62.i, %B142.i ]
  %step.0.i = phi i64 [ %.73.i, %B330.i ], [ %.57.i, %B270.i ], [ %.57.i, %B142.i ]
  %.89.i = inttoptr i64 %step.0.i to ptr
  %.90.i = getelementptr i8, ptr %.89.i, i64 24
  %.91.i = load i64, ptr %.90.i, align 8
  %.18.i.i = load i64, ptr %.17.i.i, align 8
  %.22.i.i = load i64, ptr %.21.i.i, align 8
  %.25.i.i = getelementptr i8, ptr %.89.i, i64 48
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.29.i.i = add i64 %rows.0.i, %.28.i.i
  %.43.i.i = icmp ne i64 %.29.i.i, -9223372036854775808
  %.45.not.i.i = or i1 %.44.i.i, %.43.i.i
  %or.cond.i = select i1 %.32.i.i, i1 %.45.not.i.i, i1 false
  br i1 %or.cond.i, label %B0.else.if.i.i, label %B0.endif.i.i

B390.i.i:                                         ; preds = %B390.lr.ph.i.i, %B758.i.i
  %.10224.i.i = phi i64 [ 1, %B390.lr.ph.i.i ], [ %.102.i.i, %B758.i.i ]
  %feed.023.i.i = phi i64 [ %.22.i.i, %B390.lr.ph.i.i ], [ %.233.i.i, %B758.i.i ]
  %record.022.i.i = phi i64 [ %.26.i.i, %B390.lr.ph.i.i ], [ %.229.i.i, %B758.i.i ]
  %.113.i.i = inttoptr i64 %feed.023.i.i to ptr
  %.115.i.i = load i64, ptr %.113.i.i, align 8
  %.119.i.i = getelementptr i8, ptr %.113.i.i, i64 8
  %.120.i.i = load i64, ptr %.119.i.i, align 8
  %.124.i.i = getelementptr i8, ptr %.113.i.i, i64 16
  %.125.i.i = load i64, ptr %.124.i.i, align 8
  %.132.not.i.i = icmp eq i64 %.125.i.i, 0
  br i1 %.132.not.i.i, label %B634.i.i, label %B570.i.i

B570.i.i:                                         ; preds = %B390.i.i
  %.136.i.i = mul i64 %.120.i.i, %.73.i.i
  %.138.i.i = add i64 %.125.i.i, %.136.i.i
  switch i64 %.120.i.i, label %B360.preheader.i.i.i [
    i64 8, label %B48.preheader.i.i.i
    i64 4, label %B210.preheader.i.i.i
  ]

B210.preheader.i.i.i:                             ; preds = %B570.i.i
  br i1 %.14926.i.i.i, label %B212.i.i.i, label %B634.i.i

B48.preheader.i.i.i:                              ; preds = %B570.i.i
  br i1 %.14926.i.i.i, label %B50.i.i.i, label %B634.i.i

B360.preheader.i.i.i:                             ; preds = %B570.i.i
  br i1 %.14926.i.i.i, label %B362.i.i.i, label %B634.i.i

B50.i.i.i:                                        ; preds = %B48.preheader.i.i.i, %B50.i.i.i
  %target.025.i.i.i = phi i64 [ %.65.i.i.i, %B50.i.i.i ], [ %.138.i.i, %B48.preheader.i.i.i ]
  %.27.024.i.i.i = phi i64 [ %.40.i.i.i, %B50.i.i.i ], [ %.141.i.i, %B48.preheader.i.i.i ]
  %.40.i.i.i = add i64 %.27.024.i.i.i, 1
  %.54.i.i.i = getelementptr i64, ptr %.107.i.i.i, i64 %.27.024.i.i.i
  %.55.i.i.i = load i64, ptr %.54.i.i.i, align 8
  %.56.i.i.i = shl i64 %.55.i.i.i, 3
  %.58.i.i.i = add i64 %.56.i.i.i, %.115.i.i
  %.59.i.i.i = inttoptr i64 %.58.i.i.i to ptr
  %.60.i.i.i = load i64, ptr %.59.i.i.i, align 8
  %.62.i.i.i = inttoptr i64 %target.025.i.i.i to ptr
  store i64 %.60.i.i.i, ptr %.62.i.i.i, align 8
  %.65.i.i.i = add i64 %target.025.i.i.i, 8
  %exitcond29.not.i.i.i = icmp eq i64 %.40.i.i.i, %.144.i.i
  br i1 %exitcond29.not.i.i.i, label %B634.i.i, label %B50.i.i.i

B212.i.i.i:                                       ; preds = %B210.preheader.i.i.i, %B212.i.i.i
  %target.122.i.i.i = phi i64 [ %.121.i.i.i, %B212.i.i.i ], [ %.138.i.i, %B210.preheader.i.i.i ]
  %.81.021.i.i.i = phi i64 [ %.94.i.i.i, %B212.i.i.i ], [ %.141.i.i, %B210.preheader.i.i.i ]
  %.94.i.i.i = add i64 %.81.021.i.i.i, 1
  %.108.i.i.i = getelementptr i64, ptr %.107.i.i.i, i64 %.81.021.i.i.i
  %.109.i.i.i = load i64, ptr %.108.i.i.i, align 8
  %.110.i.i.i = shl i64 %.109.i.i.i, 2
  %.112.i.i.i = add i64 %.110.i.i.i, %.115.i.i
  %.113.i.i.i = inttoptr i64 %.112.i.i.i to ptr
  %.114.i.i.i = load i32, ptr %.113.i.i.i, align 4
  %.118.i.i.i = inttoptr i64 %target.122.i.i.i to ptr
  store i32 %.114.i.i.i, ptr %.118.i.i.i, align 4
  %.121.i.i.i = add i64 %target.122.i.i.i, 4
  %exitcond.not.i.i.i = icmp eq i64 %.94.i.i.i, %.144.i.i
  br i1 %exitcond.not.i.i.i, label %B634.i.i, label %B212.i.i.i

B362.i.i.i:                                       ; preds = %B360.preheader.i.i.i, %B362.i.i.i
  %target.228.i.i.i = phi i64 [ %.174.i.i.i, %B362.i.i.i ], [ %.138.i.i, %B360.preheader.i.i.i ]
  %.134.027.i.i.i = phi i64 [ %.147.i.i.i, %B362.i.i.i ], [ %.141.i.i, %B360.preheader.i.i.i ]
  %.147.i.i.i = add i64 %.134.027.i.i.i, 1
  %.161.i.i.i = getelementptr i64, ptr %.107.i.i.i, i64 %.134.027.i.i.i
  %.162.i.i.i = load i64, ptr %.161.i.i.i, align 8
  %.164.i.i.i = mul i64 %.162.i.i.i, %.120.i.i
  %.166.i.i.i = add i64 %.164.i.i.i, %.115.i.i
  %.169.i.i.i = inttoptr i64 %target.228.i.i.i to ptr
  %.170.i.i.i = inttoptr i64 %.166.i.i.i to ptr
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %.169.i.i.i, ptr align 1 %.170.i.i.i, i64 %.120.i.i, i1 false)
  %.174.i.i.i = add i64 %target.228.i.i.i, %.120.i.i
  %exitcond30.not.i.i.i = icmp eq i64 %.147.i.i.i, %.144.i.i
  br i1 %exitcond30.not.i.i.i, label %B634.i.i, label %B362.i.i.i

B634.i.i:                                         ; preds = %B212.i.i.i, %B50.i.i.i, %B362.i.i.i, %B360.preheader.i.i.i, %B48.preheader.i.i.i, %B210.preheader.i.i.i, %B390.i.i
  br i1 %.176.i.i, label %B646.i.i, label %B758.i.i

B646.i.i:                                         ; preds = %B634.i.i
  %.190.i.i = mul i64 %.120.i.i, %.129.i.i
  %.192.i.i = add i64 %.190.i.i, %.115.i.i
  %"$phi712.5.0.i.i" = select i1 %.132.not.i.i, i64 %.192.i.i, i64 %.125.i.i
  %.198.i.i = inttoptr i64 %record.022.i.i to ptr
  %.199.i.i = getelementptr i8, ptr %.198.i.i, i64 48
  store i64 %"$phi712.5.0.i.i", ptr %.199.i.i, align 8
  %.14.i.i.i = getelementptr i8, ptr %.198.i.i, i64 40
  %.15.i.i.i = load i64, ptr %.14.i.i.i, align 8
  %.371.i.i.i = icmp sgt i64 %.15.i.i.i, 0
  br i1 %.371.i.i.i, label %B188.lr.ph.i.i.i, label %B758.i.i

B188.lr.ph.i.i.i:                                 ; preds = %B646.i.i
  %.10.i.i.i = getelementptr i8, ptr %.198.i.i, i64 32
  %.11.i.i.i = load i64, ptr %.10.i.i.i, align 8
  %.46.i.i.i = inttoptr i64 %.11.i.i.i to ptr
  br label %B188.i.i.i

B188.i.i.i:                                       ; preds = %B188.i.i.i, %B188.lr.ph.i.i.i
  %.22.02.i.i.i = phi i64 [ 0, %B188.lr.ph.i.i.i ], [ %.35.i.i.i, %B188.i.i.i ]
  %.35.i.i.i = add i64 %.22.02.i.i.i, 1
  %.47.i.i.i = getelementptr i64, ptr %.46.i.i.i, i64 %.22.02.i.i.i
  %.48.i.i.i = load i64, ptr %.47.i.i.i, align 8
  %.50.i.i.i = inttoptr i64 %.48.i.i.i to ptr
  store i64 %"$phi712.5.0.i.i", ptr %.50.i.i.i, align 8
  %exitcond.not.i18.i.i = icmp eq i64 %.35.i.i.i, %.15.i.i.i
  br i1 %exitcond.not.i18.i.i, label %B758.i.i, label %B188.i.i.i

B758.i.i:                                         ; preds = %B188.i.i.i, %B646.i.i, %B634.i.i
  %.229.i.i = add i64 %record.022.i.i, 56
  %.233.i.i = add i64 %feed.023.i.i, 24
  %.102.i.i = add i64 %.10224.i.i, 1
  %exitcond.not.i.i = icmp eq i64 %.10224.i.i, %.82.i.i
  br i1 %exitcond.not.i.i, label %stage.exit.i, label %B390.i.i

B0.endif.i.i:                                     ; preds = %B0.else.if.i.i, %B438.i
  %quot.0.i.i = phi i64 [ 0, %B438.i ], [ %.37.1.i.i, %B0.else.if.i.i ]
  %.71.i.i = mul i64 %quot.0.i.i, %a2
  %.73.i.i = tail call i64 @llvm.smin.i64(i64 %.71.i.i, i64 %rows.0.i)
  %.81.i.i = getelementptr i8, ptr %.89.i, i64 56
  %.82.i.i = load i64, ptr %.81.i.i, align 8
  %.10421.i.i = icmp sgt i64 %.82.i.i, 0
  br i1 %.10421.i.i, label %B390.lr.ph.i.i, label %stage.exit.i

B390.lr.ph.i.i:                                   ; preds = %B0.endif.i.i
  %.76.i.i = add i64 %.73.i.i, %quot.0.i.i
  %.78.i.i = tail call i64 @llvm.smin.i64(i64 %.76.i.i, i64 %rows.0.i)
  %.129.i.i = mul i64 %.62.i, %.29.0198.i
  %.141.i.i = add i64 %.73.i.i, %.129.i.i
  %.144.i.i = add i64 %.78.i.i, %.129.i.i
  %.14926.i.i.i = icmp slt i64 %.71.i.i, %.78.i.i
  %.107.i.i.i = inttoptr i64 %.18.i.i to ptr
  br label %B390.i.i

B0.else.if.i.i:                                   ; preds = %B438.i
  %.48.i.i = sdiv i64 %.29.i.i, %a3
  %.49.i.i = srem i64 %.29.i.i, %a3
  %.50.i.i = xor i64 %.49.i.i, %a3
  %.51.i.i = icmp slt i64 %.50.i.i, 0
  %.52.i.i = icmp ne i64 %.49.i.i, 0
  %.53.i.i = and i1 %.52.i.i, %.51.i.i
  %.58.i.i = sext i1 %.53.i.i to i64
  %.37.1.i.i = add i64 %.48.i.i, %.58.i.i
  br label %B0.endif.i.i

stage.exit.i: ; preds = %B758.i.i, %B0.endif.i.i
  br i1 %.126.i, label %B78.i.i, label %B592.i

B78.i.i:                                          ; preds = %stage.exit.i
  %.28.i41.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.34.i.i = atomicrmw add ptr %.33.i.i, i64 1 acq_rel, align 8
  %.37.i.i = icmp eq i64 %.34.i.i, %.28.i.i
  br i1 %.37.i.i, label %B218.i.i, label %B476.i.i

B218.i.i:                                         ; preds = %B78.i.i
  store i64 0, ptr %.33.i.i, align 8
  %.48.i50.i = inttoptr i64 %.91.i to ptr
  %.49.i51.i = load atomic i64, ptr %.48.i50.i acquire, align 8
  %.52.i53.i = load atomic i64, ptr %.48.i50.i acquire, align 8
  %.53.i54.i = or i64 %.52.i53.i, %.49.i51.i
  store i64 %.53.i54.i, ptr %.54.i.i, align 8
  %.60.i.i = add i64 %.28.i41.i, 1
  store atomic i64 %.60.i.i, ptr %.27.i.i release, align 8
  br label %meet.exit.i

B476.i.i:                                         ; preds = %B78.i.i
  %.69.i.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.71.i43.i = icmp eq i64 %.69.i.i, %.28.i41.i
  br i1 %.71.i43.i, label %B550.i.i, label %meet.exit.i

B550.i.i:                                         ; preds = %B476.i.i, %wait.exit.i.i
  %spins.0.i.i = phi i64 [ %.102.i49.i, %wait.exit.i.i ], [ 0, %B476.i.i ]
  %.11.i.i47.i = load i64, ptr %.10.i.i45.i, align 8
  %.16.i.i.i = load i64, ptr %.15.i.i46.i, align 8
  %.18.i.i.i = icmp sgt i64 %spins.0.i.i, %.16.i.i.i
  %.21.i.i.i = icmp ne i64 %.11.i.i47.i, 0
  %or.cond.i.i.i = select i1 %.18.i.i.i, i1 %.21.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B212.i.i48.i

B128.i.i.i:                                       ; preds = %B550.i.i
  %.26.i.i.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i.i = inttoptr i64 %.11.i.i47.i to ptr
  tail call void %.28.i.i.i(i64 %.26.i.i.i)
  br label %wait.exit.i.i

B212.i.i48.i:                                     ; preds = %B550.i.i
  %.8.i.i.i.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i.i = icmp sgt i64 %spins.0.i.i, %.12.i.i.i.i
  %.16.i.i.i.i = icmp ne i64 %.8.i.i.i.i, 0
  %or.cond.i.i.i.i = select i1 %.13.i.i.i.i, i1 %.16.i.i.i.i, i1 false
  br i1 %or.cond.i.i.i.i, label %B128.i.i.i.i, label %B162.i.i.i.i

B128.i.i.i.i:                                     ; preds = %B212.i.i48.i
  %.19.i.i.i.i = inttoptr i64 %.8.i.i.i.i to ptr
  tail call void %.19.i.i.i.i()
  br label %wait.exit.i.i

B162.i.i.i.i:                                     ; preds = %B212.i.i48.i
  tail call void @graphc_pause()
  br label %wait.exit.i.i

wait.exit.i.i: ; preds = %B162.i.i.i.i, %B128.i.i.i.i, %B128.i.i.i
  %.102.i49.i = add i64 %spins.0.i.i, 1
  %.108.i.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.110.i.i = icmp eq i64 %.108.i.i, %.28.i41.i
  br i1 %.110.i.i, label %B550.i.i, label %meet.exit.i

meet.exit.i: ; preds = %wait.exit.i.i, %B476.i.i, %B218.i.i
  %.116.i.i = load i64, ptr %.54.i.i, align 8
  %.156.not.i = icmp eq i64 %.116.i.i, 0
  br i1 %.156.not.i, label %B592.i, label %epoch_body.exit

B592.i:                                           ; preds = %meet.exit.i, %stage.exit.i
  store i64 0, ptr %.164.i, align 8
  call fastcc void @walk(ptr %.164.i, i64 %a0, i64 %step.0.i, i64 %a2, i64 %a3)
  %.178.i = load i64, ptr %.164.i, align 8
  %.188.not.i = icmp eq i64 %.178.i, 0
  br i1 %.188.not.i, label %B642.i, label %epoch_body.exit

B642.i:                                           ; preds = %B592.i
  br i1 %.13.i57.i, label %B16.i114.i, label %B78.i58.i

B16.i114.i:                                       ; preds = %B642.i
  %.16.i115.i = inttoptr i64 %.91.i to ptr
  %.17.i116.i = load atomic i64, ptr %.16.i115.i acquire, align 8
  %.20.i118.i = load atomic i64, ptr %.51.i109.i acquire, align 8
  %.21.i119.i = or i64 %.20.i118.i, %.17.i116.i
  br label %meet.exit120.i

B78.i58.i:                                        ; preds = %B642.i
  %.28.i61.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.34.i64.i = atomicrmw add ptr %.33.i.i, i64 1 acq_rel, align 8
  %.37.i66.i = icmp eq i64 %.34.i64.i, %.28.i.i
  br i1 %.37.i66.i, label %B218.i105.i, label %B476.i67.i

B218.i105.i:                                      ; preds = %B78.i58.i
  store i64 0, ptr %.33.i.i, align 8
  %.48.i107.i = inttoptr i64 %.91.i to ptr
  %.49.i108.i = load atomic i64, ptr %.48.i107.i acquire, align 8
  %.52.i110.i = load atomic i64, ptr %.51.i109.i acquire, align 8
  %.53.i111.i = or i64 %.52.i110.i, %.49.i108.i
  store i64 %.53.i111.i, ptr %.54.i.i, align 8
  %.60.i113.i = add i64 %.28.i61.i, 1
  store atomic i64 %.60.i113.i, ptr %.27.i.i release, align 8
  br label %B662.i70.i

B476.i67.i:                                       ; preds = %B78.i58.i
  %.69.i68.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.71.i69.i = icmp eq i64 %.69.i68.i, %.28.i61.i
  br i1 %.71.i69.i, label %B550.i82.i, label %B662.i70.i

B550.i82.i:                                       ; preds = %B476.i67.i, %wait.exit.i96.i
  %spins.0.i83.i = phi i64 [ %.102.i97.i, %wait.exit.i96.i ], [ 0, %B476.i67.i ]
  %.11.i.i84.i = load i64, ptr %.10.i.i45.i, align 8
  %.16.i.i85.i = load i64, ptr %.15.i.i46.i, align 8
  %.18.i.i86.i = icmp sgt i64 %spins.0.i83.i, %.16.i.i85.i
  %.21.i.i87.i = icmp ne i64 %.11.i.i84.i, 0
  %or.cond.i.i88.i = select i1 %.18.i.i86.i, i1 %.21.i.i87.i, i1 false
  br i1 %or.cond.i.i88.i, label %B128.i.i102.i, label %B212.i.i89.i

B128.i.i102.i:                                    ; preds = %B550.i82.i
  %.26.i.i103.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i104.i = inttoptr i64 %.11.i.i84.i to ptr
  tail call void %.28.i.i104.i(i64 %.26.i.i103.i)
  br label %wait.exit.i96.i

B212.i.i89.i:                                     ; preds = %B550.i82.i
  %.8.i.i.i90.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i91.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i92.i = icmp sgt i64 %spins.0.i83.i, %.12.i.i.i91.i
  %.16.i.i.i93.i = icmp ne i64 %.8.i.i.i90.i, 0
  %or.cond.i.i.i94.i = select i1 %.13.i.i.i92.i, i1 %.16.i.i.i93.i, i1 false
  br i1 %or.cond.i.i.i94.i, label %B128.i.i.i100.i, label %B162.i.i.i95.i

B128.i.i.i100.i:                                  ; preds = %B212.i.i89.i
  %.19.i.i.i101.i = inttoptr i64 %.8.i.i.i90.i to ptr
  tail call void %.19.i.i.i101.i()
  br label %wait.exit.i96.i

B162.i.i.i95.i:                                   ; preds = %B212.i.i89.i
  tail call void @graphc_pause()
  br label %wait.exit.i96.i

wait.exit.i96.i: ; preds = %B162.i.i.i95.i, %B128.i.i.i100.i, %B128.i.i102.i
  %.102.i97.i = add i64 %spins.0.i83.i, 1
  %.108.i98.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.110.i99.i = icmp eq i64 %.108.i98.i, %.28.i61.i
  br i1 %.110.i99.i, label %B550.i82.i, label %B662.i70.i

B662.i70.i:                                       ; preds = %wait.exit.i96.i, %B476.i67.i, %B218.i105.i
  %.116.i73.i = load i64, ptr %.54.i.i, align 8
  br label %meet.exit120.i

meet.exit120.i: ; preds = %B662.i70.i, %B16.i114.i
  %storemerge.i74.i = phi i64 [ %.116.i73.i, %B662.i70.i ], [ %.21.i119.i, %B16.i114.i ]
  br i1 %.176.i.i, label %B690.i, label %B850.i

B690.i:                                           ; preds = %meet.exit120.i
  %.225.i = inttoptr i64 %.91.i to ptr
  %.226.i = load i64, ptr %.225.i, align 8
  %.227.i = icmp eq i64 %.226.i, 0
  br i1 %.227.i, label %B728.i, label %B850.i

B728.i:                                           ; preds = %B690.i
  %.17.i122.i = load i64, ptr %.16.i121.i, align 8
  %.409.i.i = icmp sgt i64 %.17.i122.i, 0
  br i1 %.409.i.i, label %B138.lr.ph.i.i, label %keep_outputs.exit.i

B138.lr.ph.i.i:                                   ; preds = %B728.i
  %.13.i124.i = load i64, ptr %.12.i123.i, align 8
  br label %B138.i.i

B138.i.i:                                         ; preds = %B632.i.i, %B138.lr.ph.i.i
  %.3811.i.i = phi i64 [ 1, %B138.lr.ph.i.i ], [ %.38.i.i, %B632.i.i ]
  %output.010.i.i = phi i64 [ %.13.i124.i, %B138.lr.ph.i.i ], [ %.111.i.i, %B632.i.i ]
  %.49.i125.i = inttoptr i64 %output.010.i.i to ptr
  %.50.i126.i = getelementptr i8, ptr %.49.i125.i, i64 24
  %.51.i127.i = load i64, ptr %.50.i126.i, align 8
  %.55.i.i = getelementptr i8, ptr %.49.i125.i, i64 16
  %.56.i.i = load i64, ptr %.55.i.i, align 8
  %.59.i.i = mul i64 %.51.i127.i, %.29.0198.i
  %.60.i128.i = add i64 %.56.i.i, %.59.i.i
  br i1 %.68.not.i.i, label %B424.i.i, label %B320.i.i

B320.i.i:                                         ; preds = %B138.i.i
  %.72.i.i = getelementptr i8, ptr %.49.i125.i, i64 8
  %.77.i.i = getelementptr i8, ptr %.49.i125.i, i64 32
  %.78.i129.i = load i64, ptr %.77.i.i, align 8
  br label %B424.i.i

B424.i.i:                                         ; preds = %B320.i.i, %B138.i.i
  %count.0.i.i = phi i64 [ %.78.i129.i, %B320.i.i ], [ %.51.i127.i, %B138.i.i ]
  %source.0.in.i.i = phi ptr [ %.72.i.i, %B320.i.i ], [ %.49.i125.i, %B138.i.i ]
  %.83.i.i = getelementptr i8, ptr %.49.i125.i, i64 40
  %.84.i.i = load i64, ptr %.83.i.i, align 8
  %.87.not.i.i = icmp eq i64 %.84.i.i, 0
  br i1 %.87.not.i.i, label %B632.i.i, label %B488.i.i

B488.i.i:                                         ; preds = %B424.i.i
  %.92.i.i = load i64, ptr %.25.i.i, align 8
  %1 = mul i64 %.84.i.i, 56
  %.96.i.i = add i64 %1, -56
  %.97.i.i = add i64 %.96.i.i, %.92.i.i
  %.98.i.i = inttoptr i64 %.97.i.i to ptr
  %.99.i.i = getelementptr i8, ptr %.98.i.i, i64 48
  br label %B632.i.i

B632.i.i:                                         ; preds = %B488.i.i, %B424.i.i
  %source.1.in.i.i = phi ptr [ %.99.i.i, %B488.i.i ], [ %source.0.in.i.i, %B424.i.i ]
  %source.1.i.i = load i64, ptr %source.1.in.i.i, align 8
  %.106.i.i = inttoptr i64 %.60.i128.i to ptr
  %.107.i.i = inttoptr i64 %source.1.i.i to ptr
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %.106.i.i, ptr align 1 %.107.i.i, i64 %count.0.i.i, i1 false)
  %.111.i.i = add i64 %output.010.i.i, 48
  %.38.i.i = add i64 %.3811.i.i, 1
  %exitcond.not.i130.i = icmp eq i64 %.3811.i.i, %.17.i122.i
  br i1 %exitcond.not.i130.i, label %keep_outputs.exit.i, label %B138.i.i

keep_outputs.exit.i: ; preds = %B632.i.i, %B728.i
  %.260.i = load i64, ptr %.259.i, align 8
  %.263.i = inttoptr i64 %.260.i to ptr
  store atomic i64 %.43199.i, ptr %.263.i release, align 8
  br label %B850.i

B850.i:                                           ; preds = %keep_outputs.exit.i, %B690.i, %meet.exit120.i
  %.267.not.i = icmp eq i64 %storemerge.i74.i, 0
  br i1 %.267.not.i, label %B868.i, label %epoch_body.exit

B868.i:                                           ; preds = %B850.i
  br i1 %.126.i, label %B880.i, label %B990.i

B880.i:                                           ; preds = %B868.i
  %.277.i = load i64, ptr %.276.i, align 8
  %.278.not.i = icmp eq i64 %.277.i, 0
  br i1 %.278.not.i, label %B990.i, label %B78.i132.i

B78.i132.i:                                       ; preds = %B880.i
  %.28.i135.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.34.i138.i = atomicrmw add ptr %.33.i.i, i64 1 acq_rel, align 8
  %.37.i140.i = icmp eq i64 %.34.i138.i, %.28.i.i
  br i1 %.37.i140.i, label %B218.i179.i, label %B476.i141.i

B218.i179.i:                                      ; preds = %B78.i132.i
  store i64 0, ptr %.33.i.i, align 8
  %.48.i181.i = inttoptr i64 %.91.i to ptr
  %.49.i182.i = load atomic i64, ptr %.48.i181.i acquire, align 8
  %.52.i184.i = load atomic i64, ptr %.48.i181.i acquire, align 8
  %.53.i185.i = or i64 %.52.i184.i, %.49.i182.i
  store i64 %.53.i185.i, ptr %.54.i.i, align 8
  %.60.i187.i = add i64 %.28.i135.i, 1
  store atomic i64 %.60.i187.i, ptr %.27.i.i release, align 8
  br label %meet.exit194.i

B476.i141.i:                                      ; preds = %B78.i132.i
  %.69.i142.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.71.i143.i = icmp eq i64 %.69.i142.i, %.28.i135.i
  br i1 %.71.i143.i, label %B550.i156.i, label %meet.exit194.i

B550.i156.i:                                      ; preds = %B476.i141.i, %wait.exit.i170.i
  %spins.0.i157.i = phi i64 [ %.102.i171.i, %wait.exit.i170.i ], [ 0, %B476.i141.i ]
  %.11.i.i158.i = load i64, ptr %.10.i.i45.i, align 8
  %.16.i.i159.i = load i64, ptr %.15.i.i46.i, align 8
  %.18.i.i160.i = icmp sgt i64 %spins.0.i157.i, %.16.i.i159.i
  %.21.i.i161.i = icmp ne i64 %.11.i.i158.i, 0
  %or.cond.i.i162.i = select i1 %.18.i.i160.i, i1 %.21.i.i161.i, i1 false
  br i1 %or.cond.i.i162.i, label %B128.i.i176.i, label %B212.i.i163.i

B128.i.i176.i:                                    ; preds = %B550.i156.i
  %.26.i.i177.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i178.i = inttoptr i64 %.11.i.i158.i to ptr
  tail call void %.28.i.i178.i(i64 %.26.i.i177.i)
  br label %wait.exit.i170.i

B212.i.i163.i:                                    ; preds = %B550.i156.i
  %.8.i.i.i164.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i165.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i166.i = icmp sgt i64 %spins.0.i157.i, %.12.i.i.i165.i
  %.16.i.i.i167.i = icmp ne i64 %.8.i.i.i164.i, 0
  %or.cond.i.i.i168.i = select i1 %.13.i.i.i166.i, i1 %.16.i.i.i167.i, i1 false
  br i1 %or.cond.i.i.i168.i, label %B128.i.i.i174.i, label %B162.i.i.i169.i

B128.i.i.i174.i:                                  ; preds = %B212.i.i163.i
  %.19.i.i.i175.i = inttoptr i64 %.8.i.i.i164.i to ptr
  tail call void %.19.i.i.i175.i()
  br label %wait.exit.i170.i

B162.i.i.i169.i:                                  ; preds = %B212.i.i163.i
  tail call void @graphc_pause()
  br label %wait.exit.i170.i

wait.exit.i170.i: ; preds = %B162.i.i.i169.i, %B128.i.i.i174.i, %B128.i.i176.i
  %.102.i171.i = add i64 %spins.0.i157.i, 1
  %.108.i172.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.110.i173.i = icmp eq i64 %.108.i172.i, %.28.i135.i
  br i1 %.110.i173.i, label %B550.i156.i, label %meet.exit194.i

meet.exit194.i: ; preds = %wait.exit.i170.i, %B476.i141.i, %B218.i179.i
  %.116.i147.i = load i64, ptr %.54.i.i, align 8
  %.308.not.i = icmp ne i64 %.116.i147.i, 0
  %exitcond.not.i = icmp eq i64 %.43199.i, %.15.i
  %or.cond204.i = select i1 %.308.not.i, i1 true, i1 %exitcond.not.i
  br i1 %or.cond204.i, label %epoch_body.exit, label %B142.i.backedge

B142.i.backedge:                                  ; preds = %meet.exit194.i, %B990.i
  %.43199.i.be = add i64 %.43199.i, 1
  br label %B142.i

B990.i:                                           ; preds = %B880.i, %B868.i
  %exitcond.not.old.i = icmp eq i64 %.43199.i, %.15.i
  br i1 %exitcond.not.old.i, label %epoch_body.exit, label %B142.i.backedge

epoch_body.exit: ; preds = %meet.exit.i, %B592.i, %B850.i, %meet.exit194.i, %B990.i, %0
  ret void
}

define i64 @graphc_next_task(i64 %a0, i64 %a1, i64 %a2, i64 %a3, i64 %a4) {
  %.15.i = shl i64 %a3, 7
  %.17.i = add i64 %.15.i, %a0
  %.20.i = inttoptr i64 %.17.i to ptr
  %.21.i = getelementptr i8, ptr %.20.i, i64 8
  %.22.i = load i64, ptr %.21.i, align 8
  %.67.i = icmp slt i64 %a1, 0
  br i1 %.67.i, label %B146.else.if.i, label %B218.i

B218.i:                                           ; preds = %B146.else.if.i, %0
  %.14118.i = icmp sgt i64 %a4, 0
  br i1 %.14118.i, label %B254.lr.ph.i, label %B446.i

B254.lr.ph.i:                                     ; preds = %B218.i
  %.35.1.i = shl i64 %.22.i, 3
  %.65.i = and i64 %.35.1.i, 8
  %1 = add i64 %a0, 16
  %.153.i = add i64 %1, %.65.i
  br label %B254.i

B254.i:                                           ; preds = %B418.i, %B254.lr.ph.i
  %.13920.i = phi i64 [ 1, %B254.lr.ph.i ], [ %.139.i, %B418.i ]
  %owner.019.i = phi i64 [ %a3, %B254.lr.ph.i ], [ %spec.select.i, %B418.i ]
  %2 = shl i64 %owner.019.i, 7
  %.155.i = add i64 %.153.i, %2
  %.158.i = inttoptr i64 %.155.i to ptr
  %.159.i = load atomic i64, ptr %.158.i acquire, align 8
  %.161.i = mul i64 %.159.i, %a4
  %.163.i = add i64 %.161.i, %owner.019.i
  %.165.i = icmp slt i64 %.163.i, %a2
  br i1 %.165.i, label %B354.i, label %B418.i

B354.i:                                           ; preds = %B254.i
  %.169.i = atomicrmw add ptr %.158.i, i64 1 acq_rel, align 8
  %.171.i = mul i64 %.169.i, %a4
  %.173.i = add i64 %.171.i, %owner.019.i
  %.177.i = icmp slt i64 %.173.i, %a2
  br i1 %.177.i, label %next_task.exit, label %B418.i

B418.i:                                           ; preds = %B354.i, %B254.i
  %.183.i = add i64 %owner.019.i, 1
  %.187.i = icmp eq i64 %.183.i, %a4
  %spec.select.i = select i1 %.187.i, i64 0, i64 %.183.i
  %.139.i = add i64 %.13920.i, 1
  %exitcond.not.i = icmp eq i64 %.13920.i, %a4
  br i1 %exitcond.not.i, label %B446.i, label %B254.i

B446.i:                                           ; preds = %B418.i, %B218.i
  %.193.i = add i64 %.22.i, 1
  store i64 %.193.i, ptr %.21.i, align 8
  br label %next_task.exit

B146.else.if.i:                                   ; preds = %0
  %3 = and i64 %.22.i, 1
  %.111.i = xor i64 %3, 3
  %.114.i = getelementptr i64, ptr %.20.i, i64 %.111.i
  store i64 0, ptr %.114.i, align 8
  br label %B218.i

next_task.exit: ; preds = %B354.i, %B446.i
  %storemerge.i = phi i64 [ %a2, %B446.i ], [ %.173.i, %B354.i ]
  ret i64 %storemerge.i
}

define ptr @graphc_python_worker(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %graphc_worker.exit
  %common.ret.op = phi ptr [ %result, %graphc_worker.exit ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %state = tail call ptr @PyEval_SaveThread()
  %.9.i.i = shl i64 %a1, 7
  %.11.i.i = add i64 %a0, 512
  %.13.i.i = add i64 %.11.i.i, %.9.i.i
  %.17.i.i = add i64 %.13.i.i, 8
  %.18.i.i = inttoptr i64 %.17.i.i to ptr
  store atomic i64 0, ptr %.18.i.i seq_cst, align 8
  %.23.i.i = inttoptr i64 %.13.i.i to ptr
  %.24.i.i = load i64, ptr %.23.i.i, align 8
  %.31.i.i = inttoptr i64 %a0 to ptr
  %.38.i.i = getelementptr i8, ptr %.31.i.i, i64 8
  %.49.i.i = getelementptr i8, ptr %.31.i.i, i64 16
  %.53.i.i = getelementptr i8, ptr %.31.i.i, i64 24
  %.76.i.i = getelementptr i8, ptr %.31.i.i, i64 400
  %.7.i.i.i = getelementptr i8, ptr %.31.i.i, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.31.i.i, i64 392
  br label %B204.i.i.outer.outer

B204.i.i.outer.outer:                             ; preds = %go, %B482.i.i
  %seen.0.i.i.ph.ph = phi i64 [ %.24.i.i, %go ], [ %.42.i.i, %B482.i.i ]
  br label %B204.i.i.outer

B204.i.i.outer:                                   ; preds = %B204.i.i.outer.outer, %relax.exit.i.i
  %spins.0.i.i.ph = phi i64 [ %.110.i.i, %relax.exit.i.i ], [ 0, %B204.i.i.outer.outer ]
  br label %B204.i.i

B204.i.i:                                         ; preds = %B204.i.i.outer, %B810.i.i
  %.32.i.i = load atomic i64, ptr %.31.i.i acquire, align 8
  %.34.not.i.i = icmp eq i64 %.32.i.i, %seen.0.i.i.ph.ph
  br i1 %.34.not.i.i, label %B568.i.i, label %B274.i.i

B274.i.i:                                         ; preds = %B204.i.i
  %.39.i.i = load i64, ptr %.38.i.i, align 8
  %.42.i.i = add i64 %seen.0.i.i.ph.ph, 1
  %.45.not.i.i = icmp eq i64 %.39.i.i, 0
  br i1 %.45.not.i.i, label %B482.thread.i.i, label %B482.i.i

B482.thread.i.i:                                  ; preds = %B274.i.i
  store atomic i64 %.42.i.i, ptr %.23.i.i release, align 8
  br label %graphc_worker.exit

B482.i.i:                                         ; preds = %B274.i.i
  %.50.i.i = load i64, ptr %.49.i.i, align 8
  %.54.i.i = load i64, ptr %.53.i.i, align 8
  %.58.i.i = inttoptr i64 %.39.i.i to ptr
  tail call void %.58.i.i(i64 %a0, i64 %.50.i.i, i64 %a1, i64 %.54.i.i)
  store atomic i64 %.42.i.i, ptr %.23.i.i release, align 8
  br label %B204.i.i.outer.outer

B568.i.i:                                         ; preds = %B204.i.i
  %.77.i.i = load i64, ptr %.76.i.i, align 8
  %.79.i.i = icmp slt i64 %spins.0.i.i.ph, %.77.i.i
  br i1 %.79.i.i, label %B628.i.i, label %B672.i.i

B628.i.i:                                         ; preds = %B568.i.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i.i.ph, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B628.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %relax.exit.i.i

B162.i.i.i:                                       ; preds = %B628.i.i
  tail call void @graphc_pause()
  br label %relax.exit.i.i

relax.exit.i.i: ; preds = %B162.i.i.i, %B128.i.i.i
  %.110.i.i = add i64 %spins.0.i.i.ph, 1
  br label %B204.i.i.outer

B672.i.i:                                         ; preds = %B568.i.i
  store atomic i64 1, ptr %.18.i.i seq_cst, align 8
  %.122.i.i = load atomic i64, ptr %.31.i.i seq_cst, align 8
  %.124.i.i = icmp eq i64 %.122.i.i, %seen.0.i.i.ph.ph
  br i1 %.124.i.i, label %graphc_worker.exit, label %B810.i.i

B810.i.i:                                         ; preds = %B672.i.i
  store atomic i64 0, ptr %.18.i.i seq_cst, align 8
  br label %B204.i.i

graphc_worker.exit:                               ; preds = %B672.i.i, %B482.thread.i.i
  %storemerge.i.i = phi i64 [ 1, %B482.thread.i.i ], [ 0, %B672.i.i ]
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %storemerge.i.i)
  br label %common.ret
}

declare i64 @PyLong_AsSsize_t(ptr)

declare ptr @PyEval_SaveThread()

declare void @PyEval_RestoreThread(ptr)

declare ptr @PyLong_FromSsize_t(i64)

define ptr @graphc_python_launch(ptr %self, ptr %given, i64 %count) {
  %answer.i = alloca i64, align 8
  %right = icmp eq i64 %count, 3
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %state = tail call ptr @PyEval_SaveThread()
  call fastcc void @launch(ptr %answer.i, i64 %a0, i64 %a1, i64 %a2)
  %value.i = load i64, ptr %answer.i, align 8
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value.i)
  br label %common.ret
}

define ptr @graphc_python_finish(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 1
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %graphc_finish.exit
  %common.ret.op = phi ptr [ %result, %graphc_finish.exit ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %state = tail call ptr @PyEval_SaveThread()
  %.7.i.i = inttoptr i64 %a0 to ptr
  %.8.i.i = getelementptr i8, ptr %.7.i.i, i64 32
  store i64 0, ptr %.8.i.i, align 8
  %.12.i.i = getelementptr i8, ptr %.7.i.i, i64 8
  %.13.i.i = load i64, ptr %.12.i.i, align 8
  %.17.i.i = getelementptr i8, ptr %.7.i.i, i64 24
  %.18.i.i = load i64, ptr %.17.i.i, align 8
  %.21.not.i.i = icmp eq i64 %.13.i.i, 0
  br i1 %.21.not.i.i, label %B260.i.i, label %B174.i.i

B174.i.i:                                         ; preds = %go
  %.25.i.i = getelementptr i8, ptr %.7.i.i, i64 16
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.30.i.i = inttoptr i64 %.13.i.i to ptr
  tail call void %.30.i.i(i64 %a0, i64 %.26.i.i, i64 0, i64 %.18.i.i)
  br label %B260.i.i

B260.i.i:                                         ; preds = %B174.i.i, %go
  %.36.i.i = load i64, ptr %.7.i.i, align 8
  %.6013.i.i = icmp sgt i64 %.18.i.i, 1
  br i1 %.6013.i.i, label %B346.lr.ph.i.i, label %graphc_finish.exit

B346.lr.ph.i.i:                                   ; preds = %B260.i.i
  %.70.i.i = add i64 %a0, 512
  %.10.i.i.i = getelementptr i8, ptr %.7.i.i, i64 408
  %.15.i.i.i = getelementptr i8, ptr %.7.i.i, i64 424
  %.7.i.i.i.i = getelementptr i8, ptr %.7.i.i, i64 384
  %.11.i.i.i.i = getelementptr i8, ptr %.7.i.i, i64 392
  %.25.i.i.i = getelementptr i8, ptr %.7.i.i, i64 416
  br label %B346.i.i

B346.i.i:                                         ; preds = %B602.i.i, %B346.lr.ph.i.i
  %.5815.i.i = phi i64 [ 2, %B346.lr.ph.i.i ], [ %.58.i.i, %B602.i.i ]
  %.45.014.i.i = phi i64 [ 1, %B346.lr.ph.i.i ], [ %.5815.i.i, %B602.i.i ]
  %.68.i.i = shl i64 %.45.014.i.i, 7
  %.72.i.i = add i64 %.70.i.i, %.68.i.i
  %.78.i.i = inttoptr i64 %.72.i.i to ptr
  %.79.i.i = load atomic i64, ptr %.78.i.i acquire, align 8
  %.81.not.i.i = icmp eq i64 %.79.i.i, %.36.i.i
  br i1 %.81.not.i.i, label %B602.i.i, label %B490.i.i

B490.i.i:                                         ; preds = %B346.i.i, %wait.exit.i.i
  %spins.0.i.i = phi i64 [ %.112.i.i, %wait.exit.i.i ], [ 0, %B346.i.i ]
  %.11.i.i.i = load i64, ptr %.10.i.i.i, align 8
  %.16.i.i.i = load i64, ptr %.15.i.i.i, align 8
  %.18.i.i.i = icmp sgt i64 %spins.0.i.i, %.16.i.i.i
  %.21.i.i.i = icmp ne i64 %.11.i.i.i, 0
  %or.cond.i.i.i = select i1 %.18.i.i.i, i1 %.21.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B212.i.i.i

B128.i.i.i:                                       ; preds = %B490.i.i
  %.26.i.i.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i.i = inttoptr i64 %.11.i.i.i to ptr
  tail call void %.28.i.i.i(i64 %.26.i.i.i)
  br label %wait.exit.i.i

B212.i.i.i:                                       ; preds = %B490.i.i
  %.8.i.i.i.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i.i = icmp sgt i64 %spins.0.i.i, %.12.i.i.i.i
  %.16.i.i.i.i = icmp ne i64 %.8.i.i.i.i, 0
  %or.cond.i.i.i.i = select i1 %.13.i.i.i.i, i1 %.16.i.i.i.i, i1 false
  br i1 %or.cond.i.i.i.i, label %B128.i.i.i.i, label %B162.i.i.i.i

B128.i.i.i.i:                                     ; preds = %B212.i.i.i
  %.19.i.i.i.i = inttoptr i64 %.8.i.i.i.i to ptr
  tail call void %.19.i.i.i.i()
  br label %wait.exit.i.i

B162.i.i.i.i:                                     ; preds = %B212.i.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i.i

wait.exit.i.i: ; preds = %B162.i.i.i.i, %B128.i.i.i.i, %B128.i.i.i
  %.112.i.i = add i64 %spins.0.i.i, 1
  %.118.i.i = load atomic i64, ptr %.78.i.i acquire, align 8
  %.120.not.i.i = icmp eq i64 %.118.i.i, %.36.i.i
  br i1 %.120.not.i.i, label %B602.i.i, label %B490.i.i

B602.i.i:                                         ; preds = %wait.exit.i.i, %B346.i.i
  %.58.i.i = add i64 %.5815.i.i, 1
  %exitcond.not.i.i = icmp eq i64 %.5815.i.i, %.18.i.i
  br i1 %exitcond.not.i.i, label %graphc_finish.exit, label %B346.i.i

graphc_finish.exit:                               ; preds = %B602.i.i, %B260.i.i
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

define ptr @graphc_python_enter(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %state = tail call ptr @PyEval_SaveThread()
  %value = tail call i64 @graphc_enter(i64 %a0, i64 %a1)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value)
  br label %common.ret
}

define ptr @graphc_python_call(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = ptrtoint ptr %o1 to i64
  %state = tail call ptr @PyEval_SaveThread()
  %value = tail call i64 @graphc_enter(i64 %a0, i64 %a1)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value)
  br label %common.ret
}

define ptr @graphc_python_step_body(ptr %self, ptr %given, i64 %count) {
  %.8.i.i = alloca i64, align 8
  %right = icmp eq i64 %count, 4
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %p3 = getelementptr i8, ptr %given, i64 24
  %o3 = load ptr, ptr %p3, align 8
  %a3 = tail call i64 @PyLong_AsSsize_t(ptr %o3)
  %state = tail call ptr @PyEval_SaveThread()
  call fastcc void @walk(ptr %.8.i.i, i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

define ptr @graphc_python_epoch_body(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 4
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %p3 = getelementptr i8, ptr %given, i64 24
  %o3 = load ptr, ptr %p3, align 8
  %a3 = tail call i64 @PyLong_AsSsize_t(ptr %o3)
  %state = tail call ptr @PyEval_SaveThread()
  tail call void @graphc_epoch_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

declare i64 @llvm.smin.i64(i64, i64)

declare i64 @llvm.smax.i64(i64, i64)
